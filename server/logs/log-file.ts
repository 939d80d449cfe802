import { PassThrough, type Readable, Transform } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { hostOf } from "@/server/cluster/service";
import { listLogs, sendLogArgv } from "@/server/logs/node-logs";
import { exitedZero, howEnded, type RemoteHost } from "@/server/ports/remote-host";
import { scrub } from "@/server/secret/scrub";

/** Beyond it the end of the file is sent: the panel holds what a slow browser has not taken yet, packed. */
const plainBytesMax = 256 * 1024 * 1024;
/** Reading and packing that on a busy node. */
const sendTimeoutMs = 10 * 60_000;

/** One file of a node's log folder as text. */
export async function openLog(clusterId: string, node: string, file: string, signal: AbortSignal): Promise<Readable> {
  const host = await hostOf(clusterId, node);
  // Only what the list names: no path leads out of the folder.
  const { files } = await listLogs(host, signal);
  if (!files.some(({ name }) => name === file))
    throw new AppError("not-found", say("log-no-file", { node, file }), { facts: { node, path: file } });
  return await textOf(host, file, signal);
}

/** The file's text as it comes from the node, secrets taken out line by line. Throws when not even its beginning came. */
export async function textOf(
  host: RemoteHost,
  file: string,
  signal: AbortSignal,
  bytesMax = plainBytesMax,
): Promise<Readable> {
  const packed = new PassThrough();
  const text = packed.pipe(createGunzip()).pipe(scrubbedLines());
  const began = Promise.withResolvers<void>();
  let rest = "";
  const take = (more: string): void => {
    const whole = rest + more;
    const end = whole.length - (whole.length % 4);
    rest = whole.slice(end);
    if (end > 0) packed.write(Buffer.from(whole.slice(0, end), "base64"));
    began.resolve();
  };
  const onOutput = (stream: "stdout" | "stderr", more: string): void => {
    if (stream === "stdout") take(more);
  };
  const done = host.exec(sendLogArgv(file, bytesMax), { timeoutMs: sendTimeoutMs, signal, onOutput });
  done.then(
    (result) => {
      if (exitedZero(result)) {
        packed.end();
        began.resolve();
        return;
      }
      const failure = new AppError(
        "command-failed",
        say("log-not-sent", { node: host.node, file, how: howEnded(result) }),
        { facts: { node: host.node, path: file, kind: result.kind } },
      );
      began.reject(failure);
      // A cut file must not look whole: the download breaks off.
      text.destroy(failure);
    },
    (error: unknown) => {
      began.reject(error);
      text.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  // Heard by the response; without a listener of its own it would end the process when nobody reads any more.
  text.on("error", () => undefined);
  await began.promise;
  return text;
}

function scrubbedLines(): Transform {
  const decoder = new StringDecoder("utf8");
  let open = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const whole = open + decoder.write(chunk);
      const end = whole.lastIndexOf("\n") + 1;
      open = whole.slice(end);
      done(null, scrub(whole.slice(0, end), "program"));
    },
    flush(done) {
      done(null, scrub(open + decoder.end(), "program"));
    },
  });
}
