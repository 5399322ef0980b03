import { describe, expect, it } from "vitest";
import { german } from "../src/text/german";
import { english, stringsFor } from "../src/text/strings";

/** The names of all texts, as `offers.basis.fare`; of lists their length only where a translation must keep it. */
function namesIn(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, part]) => namesIn(part, `${path}.${name}`));
}

describe("a translation", () => {
  it("has every text, those of open tables too", () => {
    expect(namesIn(german).toSorted()).toEqual(namesIn(english).toSorted());
  });

  it("is of as many columns", () => {
    for (const name of ["snapshotColumns", "requestColumns", "cacheColumns", "modelColumns"] as const) {
      expect(german.admin[name]).toHaveLength(english.admin[name].length);
    }
  });

  it("is chosen by the language of the locale, else English", async () => {
    expect(await stringsFor("de-AT")).toBe(german);
    expect(await stringsFor("de")).toBe(german);
    expect(await stringsFor("den-CA")).toBe(english);
    expect(await stringsFor("fr-FR")).toBe(english);
    expect(await stringsFor("")).toBe(english);
  });
});
