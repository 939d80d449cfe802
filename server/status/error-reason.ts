import { AppError } from "@/contract/errors";
import type { Sentence } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";

/** Why something could not be read: in the reader's language where one of our own doors says it, else what the library said. */
export const reasonOf = (error: unknown): Sentence =>
  error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
