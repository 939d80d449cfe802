import type { Actor } from "@/contract/account";

export interface TrpcContext {
  actor: Actor | null;
  sessionId: string | null;
  request: Request;
  /** Address of the caller as far as it can be known, for the audit trail. */
  address: string | null;
  /** Cookies to set. A streamed batch has sent its headers before a procedure runs: only unbatched calls may add to it. */
  responseHeaders: Headers;
}
