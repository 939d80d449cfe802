import { readdirSync } from "node:fs";
import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { messageValues } from "@/components/client/error-report";
import { AppError, appErrorCodeSchema, appErrorCodes, type ErrorReport } from "@/contract/errors";
import { localeSchema } from "@/server/i18n/locale";
import { readMessages } from "@/server/i18n/messages";

const locales = localeSchema.options;

function leaves(tree: object, prefix = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "object" && value !== null ? leaves(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

describe("message files", () => {
  it("exist for every language the panel speaks, and no other", () => {
    expect(readdirSync("messages").sort()).toEqual([...locales].sort());
  });

  it("say the same things in both languages", async () => {
    const [chinese, english] = await Promise.all(
      locales.map(async (locale) => leaves(await readMessages(locale)).sort()),
    );
    expect(chinese).toEqual(english);
  });
});

describe.each(locales)("errors in %s", async (locale) => {
  // Exhaustive: a code without a message fails here.
  const { errors } = z.object({ errors: z.record(appErrorCodeSchema, z.string()) }).parse(await readMessages(locale));
  const problems: string[] = [];
  const t = createTranslator({ locale, messages: errors, onError: (error) => problems.push(String(error)) });
  const said = (report: ErrorReport): string => t(report.code, messageValues(report));

  it.each(appErrorCodes)("%s reads well without any fact and with many", (code) => {
    const bare = new AppError(code, "DETAIL.").report();
    const facts = { node: "NODE", address: "ADDRESS", path: "PATH", command: "COMMAND", field: "FIELD", tool: "TOOL" };
    const full = new AppError(code, "DETAIL.", { facts: { ...facts, needed: "operator", waitSeconds: 4 } }).report();
    for (const text of [said(bare), said(full)]) {
      expect(text.length).toBeGreaterThan(15);
      expect(text).not.toMatch(/[{}]|errors\.|\bnone\b|undefined/);
      expect(text).toMatch(/[.。：]$/);
    }
    expect(problems).toEqual([]);
  });

  it("use the facts they are given", () => {
    const facts = { node: "ceph-2", address: "10.0.0.2" };
    const text = said(new AppError("node-unreachable", "d", { facts }).report());
    expect(text).toContain("ceph-2");
    expect(text).toContain("10.0.0.2");
    const wait = new AppError("sign-in-refused", "d", { facts: { reason: "too-many-failures", waitSeconds: 8 } });
    expect(said(wait.report())).toMatch(/\b8\b|8 秒/);
  });
});
