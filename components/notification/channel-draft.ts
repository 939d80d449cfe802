import type { ChannelKind } from "@/contract/notification";
import type { ChannelInput, ChannelSettings } from "@/contract/notification-schema";

/** What stands in the form: texts as typed, made into what the server takes when it is saved or tested. */
export interface ChannelDraft {
  readonly id: string | null;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly enabled: boolean;
  readonly locale: ChannelSettings["locale"];
  readonly timeZone: string;
  readonly on: readonly string[];
  readonly off: readonly string[];
  readonly clusters: readonly string[] | null;
  readonly quiet: boolean;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly criticalBreaksThrough: boolean;
  /** Empty: what is stored stays. */
  readonly url: string;
  readonly key: string;
  readonly password: string;
  readonly mailHost: string;
  readonly mailPort: string;
  readonly mailSecurity: "tls" | "starttls" | "none";
  readonly mailUser: string;
  readonly mailFrom: string;
  readonly mailTo: string;
}

export const newDraft = (locale: ChannelSettings["locale"], timeZone: string): ChannelDraft => ({
  id: null,
  name: "",
  kind: "webhook",
  enabled: true,
  locale,
  timeZone,
  on: [],
  off: [],
  clusters: null,
  quiet: false,
  quietFrom: "22:00",
  quietTo: "07:00",
  criticalBreaksThrough: true,
  url: "",
  key: "",
  password: "",
  mailHost: "",
  mailPort: "587",
  mailSecurity: "starttls",
  mailUser: "",
  mailFrom: "",
  mailTo: "",
});

export function draftOf(id: string, name: string, settings: ChannelSettings): ChannelDraft {
  const { kind, enabled, locale, timeZone, on, off, clusters, quiet, mail } = settings;
  const blank = newDraft(locale, timeZone);
  return {
    ...blank,
    ...{ id, name, kind, enabled, on, off, clusters },
    quiet: quiet !== null,
    quietFrom: quiet?.from ?? blank.quietFrom,
    quietTo: quiet?.to ?? blank.quietTo,
    criticalBreaksThrough: quiet?.criticalBreaksThrough ?? true,
    mailHost: mail?.host ?? "",
    mailPort: String(mail?.port ?? blank.mailPort),
    mailSecurity: mail?.security ?? blank.mailSecurity,
    mailUser: mail?.user ?? "",
    mailFrom: mail?.from ?? "",
    mailTo: mail?.to.join(", ") ?? "",
  };
}

export type DraftGap = "name" | "url" | "mail" | "password-in-clear";

/** What is still missing before it can be sent anywhere; null: nothing. The server asks the same again. */
export function gapOf(draft: ChannelDraft, has: { url: boolean }): DraftGap | null {
  if (draft.name.trim() === "") return "name";
  if (draft.kind !== "email") {
    if (draft.url.trim() === "") return has.url ? null : "url";
    return /^https?:\/\/\S+$/.test(draft.url.trim()) ? null : "url";
  }
  const port = Number(draft.mailPort);
  const isWhole = Number.isInteger(port) && port > 0 && port < 65_536;
  if (draft.mailHost.trim() === "" || !isWhole || receivers(draft).length === 0 || !isMail(draft.mailFrom))
    return "mail";
  if (!receivers(draft).every(isMail)) return "mail";
  return draft.mailSecurity === "none" && draft.mailUser.trim() !== "" ? "password-in-clear" : null;
}

const isMail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text.trim());
const receivers = ({ mailTo }: ChannelDraft): string[] => mailTo.split(/[\s,;]+/).filter((one) => one !== "");

export function inputOf(draft: ChannelDraft, panelUrl: string): ChannelInput {
  const { id, kind, enabled, locale, timeZone, on, off, clusters } = draft;
  const quiet = {
    from: draft.quietFrom,
    to: draft.quietTo,
    criticalBreaksThrough: draft.criticalBreaksThrough,
  };
  const mail = {
    host: draft.mailHost.trim(),
    port: Number(draft.mailPort),
    security: draft.mailSecurity,
    user: draft.mailUser.trim() === "" ? null : draft.mailUser.trim(),
    from: draft.mailFrom.trim(),
    to: receivers(draft),
  };
  return {
    id,
    name: draft.name.trim(),
    settings: {
      ...{ kind, enabled, locale, timeZone },
      on: [...on],
      off: [...off],
      clusters: clusters === null ? null : [...clusters],
      quiet: draft.quiet ? quiet : null,
      mail: kind === "email" ? mail : null,
      panelUrl,
    },
    secrets: {
      ...(draft.url.trim() === "" ? {} : { url: draft.url.trim() }),
      ...(draft.key === "" ? {} : { key: draft.key }),
      ...(draft.password === "" ? {} : { password: draft.password }),
    },
  };
}
