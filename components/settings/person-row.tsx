"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ResetPasswordDialog } from "@/components/settings/reset-password-dialog";
import { TimeAt } from "@/components/shell/time-age";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Select } from "@/components/ui/select";
import { Cell, RowHeader } from "@/components/ui/table";
import { type Person, type Role, roleSchema } from "@/contract/account";

export interface PersonRowProps {
  person: Person;
  self: boolean;
  pending: boolean;
  onRoleChange: (role: Role) => void;
  onRemove: () => void;
}

export function PersonRow({ person, self, pending, onRoleChange, onRemove }: PersonRowProps) {
  const t = useTranslations();
  const [asked, setAsked] = useState<"remove" | "reset" | null>(null);
  return (
    <tr>
      <RowHeader>
        {person.name} {self && <Badge tone="accent">{t("settings.people.you")}</Badge>}
      </RowHeader>
      <Cell>{person.username}</Cell>
      <Cell>
        <Select
          aria-label={t("settings.people.roleOf", { name: person.name })}
          value={person.role}
          onChange={(event) => onRoleChange(roleSchema.parse(event.target.value))}
          options={roleSchema.options.map((role) => ({ value: role, label: t(`shell.user.role.${role}`) }))}
          className="w-40"
        />
      </Cell>
      <Cell className="whitespace-nowrap">
        <TimeAt at={person.createdAt.toISOString()} />
      </Cell>
      <Cell>
        <span className="flex gap-1">
          <Button size="sm" onClick={() => setAsked("reset")}>
            {t("settings.people.reset")}
          </Button>
          <Button
            size="sm"
            variant="danger"
            pending={pending}
            disabledReason={self ? t("settings.people.removeSelf") : null}
            onClick={() => setAsked("remove")}
          >
            {t("settings.people.remove")}
          </Button>
        </span>
        <ConfirmDialog
          open={asked === "remove"}
          onOpenChange={() => setAsked(null)}
          danger
          title={t("settings.people.removeTitle", { name: person.name })}
          consequence={t("settings.people.removeText", { name: person.name })}
          confirmLabel={t("settings.people.remove")}
          cancelLabel={t("shell.cancel")}
          closeLabel={t("shell.close")}
          typed={{
            word: person.username,
            label: t("settings.people.removeType", { username: person.username }),
            mismatchReason: t("settings.people.removeMismatch"),
          }}
          onConfirm={() => {
            setAsked(null);
            onRemove();
          }}
        />
        <ResetPasswordDialog person={person} open={asked === "reset"} onClose={() => setAsked(null)} />
      </Cell>
    </tr>
  );
}
