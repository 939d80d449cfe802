import { TRPCError } from "@trpc/server";
import { expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { learnSecret } from "@/server/secret/scrub";
import { reportOf } from "@/server/trpc/report";

const wrapped = (cause: Error): TRPCError => new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause });

it("tells what domain code said, without secrets", () => {
  learnSecret("very-secret-password", "node-password");
  const cause = new AppError("command-failed", "echo very-secret-password failed", {
    facts: { node: "ceph-1", command: "echo very-secret-password", code: 1 },
    advice: "Do not echo very-secret-password.",
  });
  expect(reportOf(wrapped(cause))).toEqual({
    code: "command-failed",
    facts: { node: "ceph-1", command: "echo «node-password»", code: 1 },
    detail: "echo «node-password» failed",
    advice: "Do not echo «node-password».",
  });
});

it("names the first wrong field", () => {
  const { error } = z.object({ nodes: z.array(z.object({ port: z.number() })) }).safeParse({ nodes: [{ port: "x" }] });
  expect(error && reportOf(wrapped(error))).toMatchObject({ code: "bad-input", facts: { field: "nodes.0.port" } });
});

it("keeps unforeseen errors to the log", () => {
  const report = reportOf(wrapped(new Error("SELECT * FROM secrets failed at /srv/x.ts")));
  expect(report.code).toBe("internal");
  expect(JSON.stringify(report)).not.toMatch(/SELECT|srv/);
});
