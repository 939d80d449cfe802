"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { BmcSecret } from "@/contract/maintenance";

export interface PowerDialogProps {
  node: string;
  pending: boolean;
  error: string | null;
  onClose: () => void;
  onSave: (bmc: BmcSecret) => void;
}

const empty: BmcSecret = { address: "", user: "", password: "" };

/** Address and account of one management controller. The password goes in and never comes out again. */
export function PowerDialog({ node, pending, error, onClose, onSave }: PowerDialogProps) {
  const t = useTranslations("maintenance.power");
  const shell = useTranslations("shell");
  const [bmc, setBmc] = useState(empty);
  const field = (name: keyof BmcSecret, type: "text" | "password") => (
    <Field label={t(`field.${name}`)} required>
      {(control) => (
        <Input
          {...control}
          type={type}
          mono={type === "text"}
          autoComplete="off"
          spellCheck={false}
          value={bmc[name]}
          onChange={(event) => setBmc({ ...bmc, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("dialog", { node })}
      description={t("about")}
      closeLabel={shell("close")}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{shell("cancel")}</Button>
          <Button
            variant="primary"
            pending={pending}
            disabledReason={bmc.address.trim() === "" ? t("needsAddress") : null}
            onClick={() => onSave({ ...bmc, address: bmc.address.trim() })}
          >
            {t("save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {field("address", "text")}
        {field("user", "text")}
        {field("password", "password")}
        {error !== null && <p className="text-failed">{error}</p>}
      </div>
    </Dialog>
  );
}
