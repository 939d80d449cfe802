import { randomInt } from "node:crypto";

/** Without 0 O 1 l I: it may be read off a screen in a machine room. */
const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** 116 bits. */
const length = 20;

export const randomPassword = (): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? "").join("");
