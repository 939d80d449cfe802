import { text as textOfStream } from "node:stream/consumers";
import { AppError } from "@/contract/errors";
import type { LogFile } from "@/contract/log-folder";
import { cephKeyringPath, consulTokensSchema, suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { textBytesMax } from "@/server/bundle/archive";
import { nodeCommands } from "@/server/bundle/node-commands";
import { textOf } from "@/server/logs/log-file";
import { isPacked } from "@/server/logs/listing";
import { listLogs } from "@/server/logs/node-logs";
import { collectFacts } from "@/server/node/collect-facts";
import { type RemoteHost, howEnded } from "@/server/ports/remote-host";
import { learnSecret } from "@/server/secret/scrub";

/** On the node; the grace is for the way there and back. */
const commandSeconds = 20;
const commandGraceMs = 15_000;
const reachTimeoutMs = 15_000;
/** Of all log files of one node, newest first. */
const logBytesMax = 24 * 1024 * 1024;

export type AddText = (path: string, text: string) => void;

/** Everything of one node. Throws when it does not answer at all; what fails on its own is said in its own file. */
export async function collectNode(
  host: RemoteHost,
  add: AddText,
  doing: (path: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await host.exec(["true"], { timeoutMs: reachTimeoutMs, signal });
  if (answer.kind !== "exited")
    throw new AppError("node-unreachable", say("command-ended", { how: howEnded(answer) }), {
      facts: { node: host.node },
    });
  await learnSecretsOf(host);
  doing("facts.json");
  add("facts.json", await orReason(async () => JSON.stringify(await collectFacts(host), null, 2)));
  for (const { path, argv } of nodeCommands) {
    doing(path);
    add(path, await orReason(() => outputOf(host, argv, signal)));
  }
  for (const { name } of chosenLogs(await listed(host))) {
    doing(`logs/${name}`);
    const text = () => textOf(host, name, signal, textBytesMax).then(textOfStream);
    add(`logs/${name.replace(/\.(gz|xz|bz2|zst)$/, "")}`, await orReason(text));
  }
}

/** The newest of each kind, as far as there is room; what is packed cannot be cut and is left out when it is large. */
export function chosenLogs(files: readonly LogFile[]): LogFile[] {
  let room = logBytesMax;
  return files
    .toSorted((a, b) => b.changedAtMs - a.changedAtMs)
    .filter((file) => {
      const packed = isPacked(file);
      if (packed && (file.bytes > textBytesMax / 8 || !file.name.endsWith(".gz"))) return false;
      room -= Math.min(textBytesMax, packed ? file.bytes * 8 : file.bytes);
      return room >= 0;
    });
}

const listed = async (host: RemoteHost): Promise<readonly LogFile[]> =>
  await listLogs(host).then(
    ({ files }) => files,
    () => [],
  );

async function outputOf(host: RemoteHost, argv: readonly string[], signal: AbortSignal): Promise<string> {
  const bounded = ["timeout", "-k", "2", String(commandSeconds), ...argv];
  const result = await host.exec(bounded, { timeoutMs: commandSeconds * 1000 + commandGraceMs, signal });
  const how = result.kind === "exited" ? `exit status ${result.code}` : result.kind;
  const stderr = result.stderr.trim() === "" ? "" : `\n--- standard error ---\n${result.stderr}`;
  const isWhole = result.kind === "exited" && result.code === 0;
  return `${result.stdout}${stderr}${isWhole ? "" : `\n--- ${how} ---\n`}`;
}

async function orReason(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    return `--- not read: ${formatErrorChain(error)} ---\n`;
  }
}

/** The node's own secrets, so that they are recognised wherever they turn up. None of these files is in the bundle. */
async function learnSecretsOf(host: RemoteHost): Promise<void> {
  const read = (path: string): Promise<string> =>
    host.readFile(path).then(
      (text) => text ?? "",
      () => "",
    );
  const tokens = consulTokensSchema.safeParse(parsed(await read(suitePaths.consulTokens)));
  if (tokens.success) for (const token of Object.values(tokens.data)) learnSecret(token, "consul-token");
  const gossipKey = /"encrypt"\s*:\s*"([^"]+)"/.exec(await read(suitePaths.consulConfig))?.[1];
  if (gossipKey !== undefined) learnSecret(gossipKey, "consul-key");
  const user = /"cephUser"\s*:\s*"([^"]+)"/.exec(await read(suitePaths.clusterFile))?.[1];
  for (const name of ["admin", ...(user === undefined ? [] : [user])]) {
    const key = /^\s*key\s*=\s*(\S+)/m.exec(await read(cephKeyringPath(name)))?.[1];
    if (key !== undefined) learnSecret(key, "ceph-key");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
