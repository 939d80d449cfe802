"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";

/** Until the end of a shift, a day, a weekend, a delivery; null: as long as it stands. */
const choices = [null, 1, 8, 24, 72, 168, 720] as const;
const dayHours = 24;

export interface AcknowledgeDialogProps {
  alarm: string;
  pending: boolean;
  error: string | null;
  onClose: () => void;
  onConfirm: (choice: { reason: string | null; untilHours: number | null }) => void;
}

export function AcknowledgeDialog({ alarm, pending, error, onClose, onConfirm }: AcknowledgeDialogProps) {
  const t = useTranslations("events.ack");
  const shell = useTranslations("shell");
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState<number | null>(null);
  const nameOf = (choice: number | null): string => {
    if (choice === null) return t("untilNone");
    return choice < dayHours ? t("hours", { hours: choice }) : t("days", { days: choice / dayHours });
  };
  const confirm = (): void => onConfirm({ reason: reason.trim() === "" ? null : reason.trim(), untilHours: hours });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title={t("title")}
      description={alarm}
      closeLabel={shell("close")}
      footer={
        <>
          <Button onClick={onClose}>{shell("cancel")}</Button>
          <Button variant="primary" pending={pending} onClick={confirm}>
            {t("confirm")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t("text")}</p>
        <Field label={t("reason")} note={t("reasonNote")} help={t("reasonHelp")}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              maxLength={300}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("until")}>
          {(control) => (
            <Select
              {...control}
              value={hours === null ? "" : String(hours)}
              onChange={({ target }) => setHours(target.value === "" ? null : Number(target.value))}
              options={choices.map((choice) => ({
                value: choice === null ? "" : String(choice),
                label: nameOf(choice),
              }))}
            />
          )}
        </Field>
        {error !== null && <Banner alert tone="failed" title={error} />}
      </div>
    </Dialog>
  );
}
