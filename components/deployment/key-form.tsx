"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useErrorText } from "@/components/deployment/report-text";
import type { NodeWork } from "@/components/deployment/use-node-work";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { Textarea } from "@/components/ui/textarea";
import type { DraftNode } from "@/contract/deployment";

/** The one moment a password or key of the nodes is in the browser: used for one login, then the field is emptied. */
export function KeyForm({ nodes, work }: { nodes: readonly DraftNode[]; work: NodeWork }) {
  const t = useTranslations("deployment.nodes");
  const errorText = useErrorText();
  const [kind, setKind] = useState<"password" | "key">("password");
  const [secret, setSecret] = useState("");
  const [left, setLeft] = useState<readonly string[]>([]);
  const chosen = nodes.filter(({ id }) => !left.includes(id));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const credentials =
      kind === "password"
        ? { kind, password: secret }
        : { kind, privateKey: secret.endsWith("\n") ? secret : `${secret}\n` };
    work.install.mutate(
      { draftId: work.draftId, nodeIds: chosen.map(({ id }) => id), credentials },
      { onSettled: () => setSecret("") },
    );
  };
  const reason = secret === "" ? t("secretFirst") : chosen.length === 0 ? t("chooseNode") : null;
  return (
    <Panel title={t("logIn")}>
      <form method="post" onSubmit={submit} className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">{t("logInHelp")}</p>
        <RadioCards
          legend={t("credential")}
          value={kind}
          onValueChange={(value) => setKind(value === "key" ? "key" : "password")}
          cards={[
            { value: "password", label: t("password"), description: t("passwordHelp") },
            { value: "key", label: t("privateKey"), description: t("privateKeyHelp") },
          ]}
        />
        <Field label={kind === "password" ? t("passwordOf", { user: nodes[0]?.user ?? "root" }) : t("privateKey")}>
          {(control) =>
            kind === "password" ? (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                className="max-w-sm"
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            ) : (
              <Textarea
                {...control}
                mono
                rows={5}
                autoComplete="off"
                spellCheck={false}
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            )
          }
        </Field>
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
          <legend className="pb-1 font-medium">{t("useFor")}</legend>
          {nodes.map((node) => (
            <Checkbox
              key={node.id}
              label={node.address}
              checked={!left.includes(node.id)}
              onCheckedChange={(checked) =>
                setLeft((before) => (checked ? before.filter((id) => id !== node.id) : [...before, node.id]))
              }
            />
          ))}
        </fieldset>
        {work.install.error && (
          <p role="alert" className="text-xs text-failed">
            {errorText(work.install.error)}
          </p>
        )}
        <div>
          <Button type="submit" variant="primary" pending={work.install.isPending} disabledReason={reason}>
            {t("installKey")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
