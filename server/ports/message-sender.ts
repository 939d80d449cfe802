import type { Sentence } from "@/contract/sentence";

export interface HttpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Mail {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Says which message it is when it is sent twice. */
  readonly id: string;
}

/** What the other side said, or why nobody said anything. */
export type SendAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "failed"; readonly reason: Sentence };

/** The panel's only way to talk to anything but its nodes and platforms: to what an administrator has entered, and nowhere else. */
export interface MessageSender {
  post(message: HttpMessage): Promise<SendAnswer>;
  mail(mail: Mail): Promise<SendAnswer>;
}
