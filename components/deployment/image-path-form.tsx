"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import type { ImageWay } from "@/components/deployment/image-place";
import { useErrorText } from "@/components/deployment/report-text";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";

/** A path on the panel, a path on a node, or a URL that a node can fetch. Only its header is read now. */
export function ImagePathForm({ way }: { way: Exclude<ImageWay, "upload"> }) {
  const t = useTranslations("deployment.image");
  const trpc = useTRPC();
  const errorText = useErrorText();
  const { draft, saver } = useDraft();
  const names = draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts.hostName]));
  const [text, setText] = useState("");
  const [sha256, setSha256] = useState("");
  const [node, setNode] = useState(names[0] ?? "");
  const answered = { onSuccess: (view: Parameters<typeof saver.accept>[0]) => saver.accept(view) };
  const panel = useMutation(trpc.deployment.usePanelPath.mutationOptions(answered));
  const onNode = useMutation(trpc.deployment.useNodePath.mutationOptions(answered));
  const url = useMutation(trpc.deployment.useUrl.mutationOptions(answered));
  const work = { "panel-path": panel, "node-path": onNode, url }[way];
  const shaWrong = sha256.trim() !== "" && !/^[0-9a-f]{64}$/i.test(sha256.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const draftId = draft.id;
    const value = text.trim();
    if (way === "panel-path") panel.mutate({ draftId, path: value });
    else if (way === "node-path") onNode.mutate({ draftId, node, path: value });
    else url.mutate({ draftId, node, url: value, sha256: sha256.trim() === "" ? null : sha256.trim() });
  };
  return (
    <form onSubmit={submit} className="flex max-w-2xl flex-col gap-4">
      {way !== "panel-path" && (
        <Field label={t("readBy")} className="max-w-xs">
          {(control) => (
            <Select
              {...control}
              value={node}
              onChange={(event) => setNode(event.target.value)}
              options={names.map((name) => ({ value: name, label: name }))}
            />
          )}
        </Field>
      )}
      <Field label={t(`${way}.field`)} error={work.error ? errorText(work.error) : undefined} required>
        {(control) => (
          <Input {...control} mono spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {way === "url" && (
        <Field label="SHA-256" note={t("optional")} error={shaWrong ? t("shaWrong") : undefined}>
          {(control) => (
            <Input
              {...control}
              mono
              spellCheck={false}
              value={sha256}
              onChange={(event) => setSha256(event.target.value)}
            />
          )}
        </Field>
      )}
      <div>
        <Button
          type="submit"
          variant="primary"
          pending={work.isPending}
          disabledReason={text.trim() === "" ? t("pathFirst") : shaWrong ? t("shaWrong") : null}
        >
          {t("use")}
        </Button>
      </div>
    </form>
  );
}
