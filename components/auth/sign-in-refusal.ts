import { reportOfError } from "@/components/client/error-report";

export type SignInRefusal = { kind: "wrong" } | { kind: "wait"; seconds: number } | { kind: "busy" };

/** What a refused sign-in means for the person at the form; null when it failed for another reason. */
export function signInRefusal(error: unknown): SignInRefusal | null {
  const report = reportOfError(error);
  if (report?.code !== "sign-in-refused") return null;
  if (report.facts.reason === "too-many-failures") return { kind: "wait", seconds: Number(report.facts.waitSeconds) };
  return report.facts.reason === "busy" ? { kind: "busy" } : { kind: "wrong" };
}
