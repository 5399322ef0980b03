/** Hands text over to the reader's machine: as a file, or to the clipboard. */

export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has read the blob by the time the click returns, but may still be naming the file.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Pages over plain HTTP have no clipboard; the old way through a selection still works there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "out-of-sight";
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}
