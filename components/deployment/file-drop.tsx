"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { reportOfError } from "@/components/client/error-report";
import { useErrorText } from "@/components/deployment/report-text";
import type { UploadWork } from "@/components/deployment/use-upload";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";

/** The file itself was refused: sending it again would end the same way. */
const refusals: readonly string[] = ["image-invalid", "image-too-large", "bad-input"];
const mayGoOn = (error: unknown): boolean => !refusals.includes(reportOfError(error)?.code ?? "");

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** Drop a file or choose one. While it travels: how much, how fast, how long; stopping keeps what has arrived. */
export function FileDrop({ label, help, work }: { label: string; help: string; work: UploadWork }) {
  const t = useTranslations("deployment.upload");
  const errorText = useErrorText();
  const id = useId();
  const { progress } = work;
  const left =
    progress === null || !progress.bytesPerSecond ? null : (progress.total - progress.sent) / progress.bytesPerSecond;
  return (
    <div className="flex flex-col gap-3">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {/* Browsers take a dropped file on the input itself, so the input is the whole area. */}
      <input
        id={id}
        type="file"
        disabled={work.busy}
        aria-describedby={`${id}-help`}
        className="w-full rounded-md border border-dashed border-line-strong px-4 py-8 text-sm file:mr-3 file:h-8 file:rounded-md file:border file:border-line-strong file:bg-panel file:px-3 file:text-ink hover:border-accent disabled:bg-sunken"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) work.start(file);
          event.target.value = "";
        }}
      />
      <p id={`${id}-help`} className="text-xs text-muted">
        {help}
      </p>
      {work.busy && (
        <div className="flex flex-col gap-2">
          <Progress
            label={t("progress", { file: work.fileName ?? "" })}
            fraction={progress === null ? null : progress.sent / progress.total}
            text={
              progress === null
                ? t("starting")
                : t("sent", {
                    sent: megabytes(progress.sent),
                    total: megabytes(progress.total),
                    speed: megabytes(progress.bytesPerSecond ?? 0),
                    seconds: left === null ? "–" : String(Math.ceil(left)),
                  })
            }
          />
          <div>
            <Button size="sm" onClick={work.stop}>
              {t("stop")}
            </Button>
          </div>
        </div>
      )}
      {work.error !== null && !work.busy && (
        <p role="alert" className="text-xs text-failed">
          {errorText(work.error)} {mayGoOn(work.error) && t("chooseAgain")}
        </p>
      )}
    </div>
  );
}
