import type { TRPCError } from "@trpc/server";
import type { AppErrorCode } from "@/contract/errors";

type TrpcCode = TRPCError["code"];

/** What kind of answer each refusal or failure is on the wire. Exhaustive: a new code does not compile until it is placed. */
const trpcCodes: Record<AppErrorCode, TrpcCode> = {
  "bad-input": "BAD_REQUEST",
  "not-found": "NOT_FOUND",
  "not-signed-in": "UNAUTHORIZED",
  "not-allowed": "FORBIDDEN",
  "sign-in-refused": "UNAUTHORIZED",
  "setup-already-done": "CONFLICT",
  conflict: "CONFLICT",
  "run-active": "CONFLICT",
  "plan-stale": "PRECONDITION_FAILED",
  blocked: "PRECONDITION_FAILED",
  "node-unreachable": "BAD_GATEWAY",
  "node-refused-login": "BAD_GATEWAY",
  "host-key-changed": "PRECONDITION_FAILED",
  "host-key-unknown": "PRECONDITION_FAILED",
  "command-failed": "BAD_GATEWAY",
  "command-outcome-unknown": "BAD_GATEWAY",
  "verification-failed": "BAD_GATEWAY",
  "unexpected-output": "BAD_GATEWAY",
  "missing-tool": "PRECONDITION_FAILED",
  "consul-unreachable": "BAD_GATEWAY",
  "consul-no-leader": "BAD_GATEWAY",
  "ceph-unreachable": "BAD_GATEWAY",
  "image-invalid": "UNPROCESSABLE_CONTENT",
  "image-too-large": "PAYLOAD_TOO_LARGE",
  "upload-incomplete": "CONFLICT",
  "checksum-mismatch": "UNPROCESSABLE_CONTENT",
  "config-invalid": "UNPROCESSABLE_CONTENT",
  "secret-unreadable": "INTERNAL_SERVER_ERROR",
  "timed-out": "TIMEOUT",
  cancelled: "CLIENT_CLOSED_REQUEST",
  internal: "INTERNAL_SERVER_ERROR",
};

export const trpcCodeOf = (code: AppErrorCode): TrpcCode => trpcCodes[code];
