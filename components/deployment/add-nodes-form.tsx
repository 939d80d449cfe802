"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { NodeWork } from "@/components/deployment/use-node-work";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { Textarea } from "@/components/ui/textarea";
import { parseIpv4 } from "@/lib/ipv4";

export type ReadAddress = { address: string; port: number };

/** "10.0.0.1", "10.0.0.1:2222", one per line or separated by commas and spaces; pasted lists come in all forms. */
export function readAddresses(text: string): { read: ReadAddress[]; unreadable: string[] } {
  const read: ReadAddress[] = [];
  const unreadable: string[] = [];
  for (const word of text.split(/[\s,;，；、]+/).filter((each) => each !== "")) {
    const [address = "", port = "22", ...rest] = word.split(":");
    const portOk = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
    if (parseIpv4(address) === null || !portOk || rest.length > 0) unreadable.push(word);
    else read.push({ address, port: Number(port) });
  }
  return { read, unreadable };
}

export function AddNodesForm({ work }: { work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const errorText = useErrorText();
  const [text, setText] = useState("");
  const [user, setUser] = useState("root");
  const { read, unreadable } = readAddresses(text);
  const error =
    unreadable.length > 0
      ? t("unreadable", { words: unreadable.join(", ") })
      : work.add.error
        ? errorText(work.add.error)
        : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    work.add.mutate(
      { draftId: work.draftId, nodes: read.map((node) => ({ ...node, user })) },
      { onSuccess: () => setText("") },
    );
  };
  return (
    <Panel title={t("add")}>
      <form onSubmit={submit} className="grid items-start gap-4 sm:grid-cols-[1fr_12rem]">
        <Field label={t("addresses")} help={t("addressesHelp")} error={error} required>
          {(control) => (
            <Textarea
              {...control}
              mono
              rows={3}
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("user")} help={t("userHelp")}>
          {(control) => (
            <Input
              {...control}
              mono
              autoComplete="off"
              value={user}
              onChange={(event) => setUser(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button
            type="submit"
            variant="primary"
            pending={work.add.isPending}
            disabledReason={read.length === 0 ? t("addressFirst") : unreadable.length > 0 ? error : null}
          >
            {t("addButton", { count: Math.max(1, read.length) })}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
