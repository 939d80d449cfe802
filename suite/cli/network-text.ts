import type { NetApplyResult } from "@/contract/net-apply";
import { shellQuote } from "@/lib/shell-quote";

/** Nothing after a plain change, like the vendor's tools; what is pending, and what a plan would do. */
export function networkChangeText(result: NetApplyResult, plan: boolean): string {
  if (plan) {
    if (!result.changed) return "nothing to change";
    const files = result.files.map((file) => fileText(file));
    return [...files, "commands:", ...result.commands.map((argv) => `  ${shellQuote(argv)}`)].join("\n");
  }
  if (!result.changed) return "nothing to change";
  if (result.rollback === null) return "";
  return `undone in ${result.rollback.seconds} s unless confirmed over a new connection with: zsha net-commit`;
}

function fileText({ path, before, after }: NetApplyResult["files"][number]): string {
  const lines = (text: string | null, sign: string): string[] =>
    text === null
      ? []
      : text
          .trimEnd()
          .split("\n")
          .map((line) => `${sign}${line}`);
  return [
    `--- ${path}${before === null ? " (new)" : after === null ? " (removed)" : ""}`,
    ...lines(before, "-"),
    ...lines(after, "+"),
  ].join("\n");
}
