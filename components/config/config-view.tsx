"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ConfigFields } from "@/components/config/config-fields";
import { ConfigProblems } from "@/components/config/config-problems";
import { downloadText } from "@/components/config/download-text";
import { PageHeader } from "@/components/shell/page-header";
import { TimeAge } from "@/components/shell/time-age";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Panel } from "@/components/ui/panel";
import { serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";
import type { Observed } from "@/contract/observed";

export interface ConfigViewProps {
  clusterName: string;
  /** Null inside: nothing has been published. */
  reading: Observed<{ version: number | null; config: HaConfig } | null>;
  onEdit: () => void;
  /** The editor, while it is open. */
  children?: ReactNode;
}

/** The published configuration, fields beside the file. */
export function ConfigView({ clusterName, reading, onEdit, children }: ConfigViewProps) {
  const t = useTranslations("config");
  const sentence = useSentence();
  const copy = useCopyLabels();
  const published = reading.state === "known" ? reading.value : null;
  const text = published === null ? null : serialiseConfig(published.config);
  return (
    <>
      <PageHeader
        title={`${clusterName} · ${t("title")}`}
        note={t("note")}
        actions={
          <Button
            disabledReason={text === null ? t("downloadReason") : null}
            onClick={() => text !== null && downloadText(`${clusterName}.config.json`, text)}
          >
            <Download aria-hidden />
            {t("download")}
          </Button>
        }
      />
      <div className="flex flex-col gap-4">
        <Banner
          tone="note"
          title={t("changeTitle")}
          actions={
            <Button disabledReason={text === null ? t("downloadReason") : null} onClick={onEdit}>
              {t("edit.open")}
            </Button>
          }
        >
          {t("changeText")}
        </Banner>
        {children}
        {reading.state === "unknown" && (
          <Banner
            tone="unknown"
            stateLabel={t("unreadable")}
            title={t("unreadable")}
            aside={<TimeAge at={reading.at} />}
          >
            {sentence(reading.reason)}
          </Banner>
        )}
        {reading.state === "known" && published === null && <p className="text-muted">{t("absent")}</p>}
        {published !== null && text !== null && (
          <>
            <Panel title={t("problems")}>
              <ConfigProblems config={published.config} />
            </Panel>
            <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Panel
                flush
                title={t("fields")}
                aside={
                  <>
                    {published.version === null ? t("versionUnknown") : t("version", { version: published.version })} ·{" "}
                    <TimeAge at={reading.at} />
                  </>
                }
              >
                <ConfigFields config={published.config} />
              </Panel>
              <section aria-label={t("json")} className="xl:sticky xl:top-16">
                <CodeBlock tall wrap label={`${clusterName}.config.json`} text={text} copyLabels={copy.one} />
              </section>
            </div>
          </>
        )}
      </div>
    </>
  );
}
