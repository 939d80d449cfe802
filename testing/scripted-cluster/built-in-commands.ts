import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { ScriptedAnswer, ScriptedCall, ScriptedCommand } from "@/testing/scripted-cluster/scripted-node";

/** Commands every scripted node understands. Scripts the panel sends as `sh -c TEXT NAME ARGS…` are known by their NAME. */
const programs: Readonly<
  Record<string, (call: ScriptedCall, args: readonly string[]) => ScriptedAnswer | Promise<ScriptedAnswer>>
> = {
  true: () => ({}),
  false: () => ({ code: 1 }),
  hostname: ({ node }) => ({ stdout: `${node.name}\n` }),
  echo: (_call, args) => ({ stdout: `${args.join(" ")}\n` }),
  printf: (_call, [format = "", ...words]) => ({ stdout: printf(format, words) }),
  date: () => ({ stdout: `${(Date.now() / 1000).toFixed(9)}\n` }),
  mkdir: () => ({}),
  // Nobody has an address yet, except whoever is given one that ends in .66: to see a conflict.
  arping: (_call, args) =>
    args.at(-1)?.endsWith(".66") === true
      ? { code: 1, stdout: `Unicast reply from ${args.at(-1)} [AC:1F:6B:66:66:66]  0.6ms\n` }
      : {},
  cat: ({ node, stdin }, args) => {
    const path = args.filter((arg) => arg !== "--")[0];
    if (path === undefined) return { stdout: stdin };
    const file = node.files.get(path);
    return file ? { stdout: file.content } : { code: 1, stderr: `cat: ${path}: No such file or directory\n` };
  },
  test: ({ node }, [flag, path = ""]) => {
    const file = node.files.get(path);
    return { code: file && (flag !== "-s" || file.content.length > 0) ? 0 : 1 };
  },
  rm: ({ node }, args) => {
    for (const path of args) node.files.delete(path);
    return {};
  },
  sleep: async ({ signal }, [seconds = "0"]) => (await pause(Number(seconds) * 1000, signal), {}),
  stat: ({ node }, [, format, ...rest]) => {
    const file = node.files.get(rest.at(-1) ?? "");
    if (!file) return { code: 1, stderr: "stat: No such file or directory\n" };
    return { stdout: `${format === "%a" ? file.mode.toString(8) : file.content.length}\n` };
  },
  sha256sum: ({ node }, args) => {
    const path = args.at(-1) ?? "";
    const file = node.files.get(path);
    return file ? { stdout: `${sha256(file.content)}  ${path}\n` } : { code: 1 };
  },
};

const scripts: Readonly<Record<string, (call: ScriptedCall, args: readonly string[]) => ScriptedAnswer>> = {
  "read-file": ({ node }, [path = ""]) => {
    const file = node.files.get(path);
    return file ? { stdout: file.content } : { code: 44 };
  },
  "write-file": ({ node, stdin }, [path = "", mode = "644", owner = "", bytes = "0"]) => {
    if (stdin.length !== Number(bytes)) return { code: 1, stderr: `${path} was not written\n` };
    node.write(path, stdin, Number.parseInt(mode, 8), owner || "root");
    return {};
  },
  "hash-file": ({ node }, [path = "", size]) => {
    const file = node.files.get(path);
    if (!file || file.content.length !== Number(size)) return { code: 1 };
    return { stdout: `${sha256(file.content)}  ${path}\n` };
  },
  "append-upload": ({ node, stdin }, [part = "", offset = "0"]) => {
    const before = node.files.get(part)?.content.subarray(0, Number(offset)) ?? Buffer.alloc(0);
    node.write(part, Buffer.concat([before, stdin]), 0o600);
    return {};
  },
  "finish-upload": ({ node }, [part = "", path = "", expected = "", mode = "644", kind = "plain"]) => {
    const file = node.files.get(part);
    if (!file) return { code: 1 };
    node.files.delete(part);
    const content = kind === "packed" ? gunzipSync(file.content) : file.content;
    const found = sha256(content);
    if (found !== expected) return { code: 3, stdout: `${found}\n` };
    node.write(path, content, Number.parseInt(mode, 8));
    return {};
  },
  "install-key": ({ node }, [type = "", key = ""]) => {
    if (!node.authorizedKeys.some((line) => line.includes(key))) node.authorizedKeys.push(`${type} ${key}`);
    return {};
  },
};

const program: ScriptedCommand = (call) => {
  const [name = "", ...args] = call.argv;
  return programs[name]?.(call, args);
};

const shellScript: ScriptedCommand = (call) => {
  const [shell = "", flag, , name = "", ...args] = call.argv;
  if ((shell !== "sh" && shell !== "/bin/sh") || flag !== "-c") return undefined;
  return scripts[name]?.(call, args);
};

export const builtInCommands: readonly ScriptedCommand[] = [program, shellScript];

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Resolves early, without complaint, when the signal fires: whoever waits looks at the signal itself. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

/** As the shell's: the format is used again until the words are used up. */
function printf(format: string, words: readonly string[]): string {
  let out = "";
  let rest = [...words];
  do {
    out += format.replaceAll("%s", () => rest.shift() ?? "").replaceAll("\\n", "\n");
  } while (rest.length > 0 && format.includes("%s"));
  return out;
}
