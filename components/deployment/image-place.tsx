"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import { FileDrop } from "@/components/deployment/file-drop";
import { ImagePathForm } from "@/components/deployment/image-path-form";
import { FieldNote } from "@/components/deployment/field-note";
import { useUpload } from "@/components/deployment/use-upload";
import { Button } from "@/components/ui/button";
import { type Definition, DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ImageInfo } from "@/contract/deployment";
import { usablePoolBytes } from "@/contract/storage-problems";

const gib = 1024 ** 3;
const ways = ["upload", "panel-path", "node-path", "url"] as const;
export type ImageWay = (typeof ways)[number];

export function ImagePlace() {
  const t = useTranslations("deployment.image");
  const { draft } = useDraft();
  const [way, setWay] = useState<ImageWay>("upload");
  if (draft.image !== null) return <ChosenImage image={draft.image} />;
  return (
    <>
      <RadioCards
        legend={t("way")}
        value={way}
        onValueChange={(value) => setWay(ways.find((each) => each === value) ?? "upload")}
        cards={ways.map((each) => ({ value: each, label: t(`${each}.label`), description: t(`${each}.help`) }))}
      />
      {way === "upload" ? <ImageUpload /> : <ImagePathForm key={way} way={way} />}
      <FieldNote path="image" />
    </>
  );
}

function ImageUpload() {
  const t = useTranslations("deployment.image");
  const trpc = useTRPC();
  const { draft, saver } = useDraft();
  const use = useMutation(trpc.deployment.useUpload.mutationOptions());
  const work = useUpload(async (uploadId) => saver.accept(await use.mutateAsync({ draftId: draft.id, uploadId })));
  return <FileDrop label={t("file")} help={t("fileHelp")} work={work} />;
}

function ChosenImage({ image }: { image: ImageInfo }) {
  const t = useTranslations("deployment.image");
  const trpc = useTRPC();
  const { draft, saver } = useDraft();
  const forget = useMutation(trpc.deployment.forgetImage.mutationOptions({ onSuccess: (view) => saver.accept(view) }));
  const usable = usablePoolBytes(draft);
  const gigabytes = (bytes: number) =>
    bytes < gib ? `${Math.round(bytes / 1024 ** 2)} MiB` : `${Math.round((bytes / gib) * 10) / 10} GiB`;
  const items: Definition[] = [
    { key: "name", term: t("name"), value: <span className="font-mono">{image.fileName}</span> },
    { key: "from", term: t("from"), value: <ImageSource image={image} /> },
    { key: "format", term: t("format"), value: image.format.toUpperCase() },
    { key: "size", term: t("size"), value: gigabytes(image.fileBytes) },
    { key: "virtual", term: t("virtual"), value: gigabytes(image.virtualBytes) },
    { key: "pool", term: t("poolTakes"), value: usable === null ? t("poolUnknown") : gigabytes(usable) },
    {
      key: "sha",
      term: "SHA-256",
      value: <span className="font-mono text-xs">{image.sha256 ?? t("notComputed")}</span>,
    },
  ];
  return (
    <Panel
      title={t("chosen")}
      aside={
        <Button size="sm" pending={forget.isPending} onClick={() => forget.mutate({ draftId: draft.id })}>
          {t("other")}
        </Button>
      }
    >
      <DefinitionList items={items} />
      <FieldNote path="image" />
      <FieldNote path="image.sha256" />
    </Panel>
  );
}

function ImageSource({ image }: { image: ImageInfo }) {
  const t = useTranslations("deployment.image");
  const { source } = image;
  switch (source.kind) {
    case "upload":
      return t("upload.label");
    case "panel-path":
      return <span className="font-mono">{source.path}</span>;
    case "node-path":
      return <span className="font-mono">{`${source.node}:${source.path}`}</span>;
    case "url":
      return <span className="font-mono break-all">{source.url}</span>;
  }
}
