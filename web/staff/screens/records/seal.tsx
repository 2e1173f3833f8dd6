import { Button } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { base64Of, PhotoInput } from '../../parts/photo-input.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'

/** The image of an organisation's seal. */
export function SealScreen() {
  const { t } = useWords()
  const me = useMe()
  const units = [...new Map(me.roles.map((role) => [role.unitId, role.unitName]))]
  const [unitId, setUnitId] = useState(units[0]?.[0] ?? '')
  return (
    <Page title={t('staff-records.seal-title')} lead={t('staff-records.seal-lead')} width="reading">
      <Section title={t('staff-records.seal-now')}>
        {units.length > 1 && (
          <Choose
            label={t('staff-records.seal-unit')}
            value={unitId}
            onChange={setUnitId}
            options={units.map(([value, text]) => ({ value, text }))}
          />
        )}
        {units.length === 1 && <p className="sheet-lead">{units[0]![1]}</p>}
        <Seal key={unitId} unitId={unitId} />
      </Section>
    </Page>
  )
}

function Seal({ unitId }: { readonly unitId: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const [file, setFile] = useState<File | null>(null)
  const seal = useRead('readSeal', { params: { id: unitId } })
  const save = useIntent('saveSeal', async () => {
    notify(t('staff-records.seal-saved'))
    setFile(null)
    await forget('readSeal')
  })
  const run = async () => {
    if (file !== null) await save.run({ params: { id: unitId }, body: { dataBase64: await base64Of(file) } })
  }
  return (
    <>
      {seal.data === undefined ? (
        <p className="sheet-lead">{t('staff-records.seal-none')}</p>
      ) : (
        <p className="sheet-lead">
          <img
            className="seal-image"
            src={`data:${seal.data.mediaType};base64,${seal.data.dataBase64}`}
            alt={t('staff-records.seal-now')}
            width={160}
          />
        </p>
      )}
      <ProblemAlert problem={save.problem} />
      <PhotoInput label={t('staff-records.seal-choose')} file={file} onChange={setFile} />
      {file !== null && (
        <p>
          <Button type="primary" loading={save.pending} onClick={() => void run()}>
            {t('staff-records.seal-save')}
          </Button>
        </p>
      )}
    </>
  )
}
