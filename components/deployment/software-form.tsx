"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { FieldNote } from "@/components/deployment/field-note";
import { useDraft } from "@/components/deployment/draft-provider";
import { FileDrop } from "@/components/deployment/file-drop";
import { useErrorText } from "@/components/deployment/report-text";
import { useUpload } from "@/components/deployment/use-upload";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";

/** Where Consul comes from, and how quickly a failover is decided. */
export function SoftwareForm() {
  const t = useTranslations("deployment.software");
  const { draft, saver } = useDraft();
  const [bundle, setBundle] = useState(false);
  const from = bundle ? "bundle" : draft.software?.consul.from;
  return (
    <Panel title={t("title")}>
      <div className="flex flex-col gap-5">
        <RadioCards
          legend={t("consul")}
          value={from}
          onValueChange={(value) => {
            setBundle(value === "bundle");
            if (value === "repository") saver.edit({ part: "software", value: { consul: { from: "repository" } } });
          }}
          cards={[
            { value: "bundle", label: t("bundle"), description: t("bundleHelp") },
            { value: "repository", label: t("repository"), description: t("repositoryHelp") },
          ]}
        />
        <FieldNote path="software" />
        {from === "bundle" && <ConsulBundle />}
        <RadioCards
          legend={t("profile")}
          value={draft.haProfile}
          onValueChange={(value) => saver.edit({ part: "haProfile", value: value === "fast" ? "fast" : "default" })}
          cards={[
            { value: "default", label: t("default"), description: t("defaultHelp") },
            { value: "fast", label: t("fast"), description: t("fastHelp"), note: t("fastPrice") },
          ]}
        />
      </div>
    </Panel>
  );
}

function ConsulBundle() {
  const t = useTranslations("deployment.software");
  const trpc = useTRPC();
  const errorText = useErrorText();
  const { draft, saver } = useDraft();
  const kept = useQuery(trpc.deployment.consulBundle.queryOptions());
  const consul = draft.software?.consul;
  const [version, setVersion] = useState(consul?.from === "bundle" ? consul.version : "");
  const [path, setPath] = useState("");
  const answered = { onSuccess: (view: Parameters<typeof saver.accept>[0]) => saver.accept(view) };
  const take = useMutation(trpc.deployment.takeConsul.mutationOptions(answered));
  const choose = useMutation(trpc.deployment.chooseBundle.mutationOptions(answered));
  const work = useUpload(async (uploadId) => {
    await take.mutateAsync({ draftId: draft.id, version, from: { uploadId } });
  });
  const versionMissing = /^\d+\.\d+\.\d+\S*$/.test(version) ? null : t("versionFirst");
  const failure = take.error ?? choose.error;
  return (
    <div className="flex flex-col gap-4 rounded-md border border-line p-4">
      {consul?.from === "bundle" && (
        <p>
          {t("taken", { version: consul.version })}{" "}
          <span className="font-mono text-xs break-all text-muted">{consul.sha256}</span>
        </p>
      )}
      <Field label={t("version")} help={t("versionHelp")} className="max-w-xs">
        {(control) => (
          <Input {...control} mono value={version} onChange={(event) => setVersion(event.target.value.trim())} />
        )}
      </Field>
      {kept.data && (
        <div className="flex flex-wrap items-center gap-3">
          <span>{t("kept", { megabytes: Math.round(kept.data.bytes / 1e6) })}</span>
          <Button
            pending={choose.isPending}
            disabledReason={versionMissing}
            onClick={() => choose.mutate({ draftId: draft.id, version })}
          >
            {t("useKept")}
          </Button>
        </div>
      )}
      {versionMissing === null && <FileDrop label={t("file")} help={t("fileHelp")} work={work} />}
      <div className="flex items-end gap-2">
        <Field label={t("path")} className="flex-1">
          {(control) => <Input {...control} mono value={path} onChange={(event) => setPath(event.target.value)} />}
        </Field>
        <Button
          pending={take.isPending}
          disabledReason={path.trim() === "" ? t("pathFirst") : versionMissing}
          onClick={() => take.mutate({ draftId: draft.id, version, from: { path: path.trim() } })}
        >
          {t("usePath")}
        </Button>
      </div>
      {failure && (
        <p role="alert" className="text-xs text-failed">
          {errorText(failure)}
        </p>
      )}
    </div>
  );
}
