import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { isRefusedAddress } from "@/server/adapters/message/allowed-address";
import type { HttpMessage, SendAnswer } from "@/server/ports/message-sender";

/** From the name's look-up to the last byte of the answer. Shorter fails on a slow proxy; longer holds all messages of the channel. */
const answerTimeoutMs = 10_000;
/** Answers are a line of JSON; more is somebody's web page. */
const answerBytesMax = 4_096;

class RefusedAddress extends Error {}

/** `mayReach` is asked with the address the connection really goes to: a name that changes its mind in between wins nothing. */
export function httpPost(
  { url, headers, body }: HttpMessage,
  mayReach: (address: string) => boolean = (address) => !isRefusedAddress(address),
): Promise<SendAnswer> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !mayReach(host))
    return Promise.resolve(failed(say("notify-address-refused", { address: host })));
  const request = target.protocol === "https:" ? tlsRequest : plainRequest;
  return new Promise((resolve) => {
    const sent = request(
      target,
      {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", "user-agent": "Trivet", ...headers },
        lookup: allowedLookup(mayReach),
        signal: AbortSignal.timeout(answerTimeoutMs),
        // Kept connections would outlive a change of the settings.
        agent: false,
      },
      (answer) => void read(answer).then(resolve, (error: unknown) => resolve(reasonOf(error, host))),
    );
    sent.on("error", (error) => resolve(reasonOf(error, host)));
    sent.end(body);
  });
}

const failed = (reason: ReturnType<typeof say>): SendAnswer => ({ kind: "failed", reason });

function reasonOf(error: unknown, host: string): SendAnswer {
  const refusal = error instanceof RefusedAddress ? error : undefined;
  if (refusal !== undefined) return failed(say("notify-address-refused", { address: refusal.message }));
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
    return failed(say("notify-silent", { host, seconds: answerTimeoutMs / 1000 }));
  return failed(say("notify-unreachable", { host, said: formatErrorChain(error) }));
}

async function read(answer: IncomingMessage): Promise<SendAnswer> {
  const status = answer.statusCode ?? 0;
  // Never followed: where it leads nobody has entered, and the signature would go along.
  if (status >= 300 && status < 400) {
    answer.destroy();
    return failed(say("notify-redirect", { status, to: answer.headers.location ?? "" }));
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    bytes += part.length;
    if (bytes > answerBytesMax) break;
  }
  return { kind: "answered", status, body: Buffer.concat(parts).subarray(0, answerBytesMax).toString("utf8") };
}

/** Only addresses that may be reached; none left is an error that names the first. */
const allowedLookup =
  (mayReach: (address: string) => boolean): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return done(error, "", 0);
      const allowed = found.filter(({ address }) => mayReach(address));
      const [first] = allowed;
      if (first === undefined) return done(new RefusedAddress(found[0]?.address ?? hostname), "", 0);
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
