/** Takes secrets out of a text before it is journalled. `program`: what a command printed or was called with; else our own words. */
export type Scrub = (text: string, source?: "own" | "program") => string;
