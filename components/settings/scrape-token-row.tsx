"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { TimeAge, TimeAt } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Cell, RowHeader } from "@/components/ui/table";

export interface ScrapeTokenRowProps {
  token: { id: string; name: string; createdBy: string; createdAt: Date; lastUsedAt: Date | null };
  pending: boolean;
  onRemove: () => void;
}

export function ScrapeTokenRow({ token, pending, onRemove }: ScrapeTokenRowProps) {
  const t = useTranslations();
  const [isAsked, setAsked] = useState(false);
  return (
    <tr>
      <RowHeader>{token.name}</RowHeader>
      <Cell>{token.createdBy}</Cell>
      <Cell className="whitespace-nowrap">
        <TimeAt at={token.createdAt.toISOString()} />
      </Cell>
      <Cell className="whitespace-nowrap">
        {token.lastUsedAt === null ? (
          <span className="text-muted">{t("settings.metrics.never")}</span>
        ) : (
          <TimeAge at={token.lastUsedAt.toISOString()} />
        )}
      </Cell>
      <Cell>
        <Button size="sm" variant="danger" pending={pending} onClick={() => setAsked(true)}>
          {t("settings.metrics.remove")}
          <span className="sr-only"> {token.name}</span>
        </Button>
        <ConfirmDialog
          open={isAsked}
          onOpenChange={() => setAsked(false)}
          danger
          title={t("settings.metrics.removeTitle", { name: token.name })}
          consequence={t("settings.metrics.removeText")}
          confirmLabel={t("settings.metrics.remove")}
          cancelLabel={t("shell.cancel")}
          closeLabel={t("shell.close")}
          onConfirm={() => {
            setAsked(false);
            onRemove();
          }}
        />
      </Cell>
    </tr>
  );
}
