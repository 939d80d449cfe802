import { hash, verify } from "@node-rs/argon2";
import PQueue from "p-queue";
import { oncePerProcess } from "@/server/process";

/** Argon2id by its number: the library's names are a const enum, which does not survive one-file compilation. */
const argon2id = 2;

/** 19 MiB, 2 passes, 1 lane: the least memory-hungry of the settings OWASP calls equal; about 0.1 s here. Less = cheaper to guess. */
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing costs CPU before anybody is known. More at once would let a flood of sign-ins starve the panel. */
const hashesAtOnce = 2;
/** Waiting requests beyond this are refused at once rather than after a minute. */
const longestQueue = 40;

const queue = (): PQueue => oncePerProcess("password hashing", () => new PQueue({ concurrency: hashesAtOnce }));

export const isHashingBusy = (): boolean => queue().size >= longestQueue;

export const hashPassword = (password: string): Promise<string> => queue().add(() => hash(password, parameters));

export const verifyPassword = (password: string, stored: string): Promise<boolean> =>
  queue().add(() => verify(stored, password));
