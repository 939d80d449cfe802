import { createTransport } from "nodemailer";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { Mail, SendAnswer } from "@/server/ports/message-sender";

/** Shorter fails where the server asks block lists about the caller first; longer holds all messages of the channel. */
const connectTimeoutMs = 10_000;
const greetingTimeoutMs = 15_000;
/** Of silence in the middle of the talk. */
const silenceTimeoutMs = 20_000;

/** A mail server on this machine is allowed: that is where relays often are, and SMTP asks for nothing else. */
export async function smtpMail(mail: Mail): Promise<SendAnswer> {
  const { host, port, security, user, password, from, to, subject, text, id } = mail;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user === null ? {} : { auth: { user, pass: password ?? "" } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: greetingTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      from: { name: "Trivet", address: from },
      to: [...to],
      subject,
      text,
      messageId: `<${id}@trivet>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    const code = Number(/^\d{3}/.exec(String(sent.response))?.[0] ?? 0);
    return { kind: "answered", status: code, body: String(sent.response) };
  } catch (error) {
    return { kind: "failed", reason: say("notify-mail-failed", { host, said: formatErrorChain(error) }) };
  } finally {
    transport.close();
  }
}
