/**
 * Stands in for sentences.ts in what browsers load (next.config.ts): they have the same sentences as messages of their language, and
 * the English of all would be 15 kB of every page. A sentence said in the browser has its code as `text`; show it by `useSentence`.
 */
export const sentences: Readonly<Record<string, string>> = {};
