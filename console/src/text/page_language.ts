/**
 * Tells the browser in which language the page is: screen readers, hyphenation and translation go by it.
 *
 * That is the language of the strings. Figures and dates follow the reader's locale, which may be another.
 */

import type { Strings } from "./strings";

export function tellLanguage(page: Document, { language, direction }: Strings, title: string): void {
  page.documentElement.lang = language;
  page.documentElement.dir = direction;
  page.title = title;
}
