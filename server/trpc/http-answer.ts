import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { AppError } from "@/contract/errors";
import { formatErrorChain } from "@/lib/error-chain";
import { log } from "@/server/log";
import { trackRequest } from "@/server/process";
import { trpcCodeOf } from "@/server/trpc/error-code";
import { reportOf } from "@/server/trpc/report";

/** For plain HTTP routes: what `work` answers, or { report } with the status a procedure's refusal would have. */
export const answerHttp = (area: string, work: () => Promise<Response>): Promise<Response> =>
  trackRequest(work().catch((error: unknown) => refuse(area, error)));

function refuse(area: string, error: unknown): Response {
  if (!(error instanceof AppError)) log().error({ area }, formatErrorChain(error));
  const report = reportOf(error);
  const status = getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodeOf(report.code) }));
  return Response.json({ report }, { status, headers: { "cache-control": "no-store" } });
}
