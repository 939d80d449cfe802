import fc from "fast-check";
import { expect, test } from "vitest";
import { syntaxMessage } from "@/contract/config-problem-text";
import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import { sampleConfig } from "@/contract/ha-config-sample";
import { parseJsonWithComments } from "@/contract/json-with-comments";

// The manual's sample as it stands there: comments, and no comma after ConsoleProxyOverriddenIP.
const manualTail = [
  "{",
  '  "Node": ["192.168.255.205 ceph-1"], // 设置三台超融合节点的IP地址',
  '  "ImageFolder": "/storage/", /* 本地目录 */',
  '  "ConsoleProxyOverriddenIP": "" //ZStack管理服务的控制台服务地址,支持per-node格式',
  '  "AllowResetRootPassword": false //默认为false',
  "}",
].join("\n");

const problemOf = (text: string) => {
  const result = parseJsonWithComments(text);
  return result.ok ? null : syntaxMessage(result.problem);
};

test("the manual's missing comma is reported where it is missing", () => {
  expect(parseConfigText(manualTail)).toEqual({
    kind: "syntax",
    problem: { line: 4, column: 33, expected: "comma", found: "//ZStack管理服务的控制台服务地址" },
  });
});

test("with the comma the manual's sample is read", () => {
  const text = `// written by hand\n${serialiseConfig(sampleConfig("CephConf")).replace('"CPU": 4,', '"CPU": 4, /* cores */ // four')}`;
  expect(parseConfigText(text)).toEqual({ kind: "config", config: sampleConfig("CephConf"), advice: [] });
});

test("every kind of slip is named with its place", () => {
  expect(problemOf('{"a" 1}')).toBe('line 1, column 5: expected ":" after the name, found 1');
  expect(problemOf('{\n  "a": yes\n}')).toBe("line 2, column 8: expected a value, found yes");
  expect(problemOf('{\n  "a": "open\n}')).toMatch(/^line 2, column 8: this text has no closing quote/);
  expect(problemOf('{"a": 1} x')).toBe("line 1, column 10: expected the end of the file, found x");
  expect(problemOf("{a: 1}")).toMatch(/^line 1, column 2: expected a name in double quotes/);
  expect(problemOf('{"a": 1, "a": 2}')).toMatch(/^line 1, column 10: this name stands/);
  expect(problemOf('{"a": 1 /* … ')).toMatch(/^line 1, column 9: this comment is never closed/);
  expect(problemOf("")).toMatch(/^line 1, column 1: expected a value/);
  expect(problemOf('{"a": 01}')).toMatch(/expected a value/);
});

test("a comma after the last entry is harmless", () => {
  expect(parseJsonWithComments('{"a": [1, 2,], }')).toEqual({ ok: true, value: { a: [1, 2] } });
});

test("whatever JSON.stringify writes is read back the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJsonWithComments(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test("missing, mistyped and unknown fields are told apart", () => {
  const { DNS: _, ...rest } = sampleConfig("CephConf");
  const result = parseConfigText(JSON.stringify({ ...rest, CPU: "4", Memory: 8, Type: "NfsConf" }));
  expect(result.kind === "shape" && result.problems).toEqual([
    { path: "CPU", code: "field-type", severity: "error", facts: { expected: "number", found: '"4"' } },
    {
      path: "Type",
      code: "field-type",
      severity: "error",
      facts: { expected: "CephConf or FileConf", found: '"NfsConf"' },
    },
    { path: "DNS", code: "field-missing", severity: "error", facts: {} },
    { path: "Memory", code: "field-unknown", severity: "advice", facts: { name: "Memory" } },
  ]);
});
