import type { Role } from "@/server/auth/roles";

/** Who is asking. */
export interface Actor {
  id: string;
  name: string;
  username: string;
  role: Role;
}

export interface TrpcContext {
  actor: Actor | null;
  request: Request;
  /** Address of the caller as far as it can be known, for the audit trail. */
  address: string | null;
  /** Cookies to set; sent with the answer of a call that is not batched. */
  responseHeaders: Headers;
}
