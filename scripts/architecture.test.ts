import { describe, expect, it } from "vitest";
import { checkArchitecture, folderOf, importsOf } from "@/scripts/architecture";
import { sourceFiles, unsettled } from "@/scripts/check-architecture";

const rulesBroken = (...files: [string, string][]): string[] =>
  checkArchitecture(files.map(([path, text]) => ({ path, text }))).map(({ file, rule }) => `${file} ${rule}`);

describe("the repository", () => {
  it("keeps the house's rules", () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(100);
    expect(unsettled(checkArchitecture(files))).toEqual([]);
  });
});

describe("importsOf", () => {
  it("finds every form of import and knows types", () => {
    const text = `import { a } from "@/a";
      import type { B } from "@/b";
      import {
        c,
      } from "@/c";
      import "@/d.css";
      export { e } from "@/e";
      const f = await import("@/f");
      // import { no } from "@/no";
      /* import { no } from "@/no"; */
      const text = "import { no } from";`;
    expect(importsOf(text)).toEqual([
      { from: "@/a", typesOnly: false },
      { from: "@/b", typesOnly: true },
      { from: "@/c", typesOnly: false },
      { from: "@/d.css", typesOnly: false },
      { from: "@/e", typesOnly: false },
      { from: "@/f", typesOnly: false },
    ]);
  });
});

describe("folderOf", () => {
  it("is the noun, the procedure or the adapter", () => {
    expect(folderOf("server/run/store.ts")).toBe("server/run");
    expect(folderOf("server/procedures/deploy-cluster/steps/disks.ts")).toBe("server/procedures/deploy-cluster");
  });
});

describe("checkArchitecture", () => {
  it.each<[string, string, string]>([
    ["server/run/service.ts", 'import { x } from "@/server/adapters/ssh/pool";', "direction"],
    ["server/run/service.ts", 'import { x } from "@/server/cluster/store";', "direction"],
    ["server/engine/x.ts", 'import { x } from "@/server/procedures/deploy-cluster/procedure";', "direction"],
    ["server/procedures/a-b/x.ts", 'import { x } from "@/server/procedures/c-d/y";', "direction"],
    ["suite/core/x.ts", 'import { x } from "@/suite/consul/session";', "direction"],
    ["suite/cli/x.ts", 'import { x } from "@/server/env";', "direction"],
    ["components/ui/x.tsx", 'import { x } from "@/contract/run";', "direction"],
    ["components/run/x.tsx", 'import { appRouter } from "@/server/router";', "direction"],
    ["server/run/x.ts", 'import { x } from "@/testing/witness";', "direction"],
    ["server/run/x.ts", 'import { Client } from "ssh2";', "door"],
    ["server/run/x.ts", 'import { spawn } from "node:child_process";', "door"],
    ["contract/x.ts", 'import { x } from "node:fs";', "node-module"],
    ["server/run/x.ts", "const home = process.env.HOME;", "environment"],
    ["server/run/x.ts", 'import { x } from "./y";', "alias"],
    ["server/run/index.ts", "", "name"],
    ["lib/string-utils.ts", "", "name"],
    ["lib/helpers/x.ts", "", "name"],
    ["lib/camelCase.ts", "", "name"],
    ["lib/long.ts", "\n".repeat(501), "length"],
    ["elsewhere/x.ts", "", "place"],
  ])("%s with %j breaks the rule of %s", (path, text, rule) => {
    expect(rulesBroken([path, text])).toContain(`${path} ${rule}`);
  });

  it.each([
    ["components/run/x.tsx", 'import type { AppRouter } from "@/server/router";'],
    ["server/run/service.ts", 'import { x } from "@/server/run/store";\nimport { y } from "@/server/cluster/service";'],
    ["server/run/x.test.ts", 'import { x } from "@/testing/temporary-database";'],
    ["server/adapters/ssh/pool.ts", 'import { Client } from "ssh2";'],
    ["app/(panel)/runs/[runId]/page.tsx", 'import { x } from "@/components/run/grid";'],
    ["lab/main.ts", 'import { spawn } from "node:child_process";\nconst x = process.env.LAB;'],
    ["lib/text.ts", "// process.env is not for us"],
  ])("%s may hold %j", (path, text) => {
    expect(rulesBroken([path, text])).toEqual([]);
  });

  it("finds folders that know each other in a circle", () => {
    const files: [string, string][] = [
      ["server/a/service.ts", 'import { x } from "@/server/b/service";'],
      ["server/b/service.ts", 'import { x } from "@/server/c/service";'],
      ["server/c/service.ts", 'import { x } from "@/server/a/service";'],
    ];
    expect(rulesBroken(...files)).toEqual(["server/a/service.ts cycle"]);
  });
});
