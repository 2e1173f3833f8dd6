import { useWords } from '../locale.tsx'

/** The server takes 14,000,000 characters of base64, four for three bytes. */
const PHOTO_BYTES_MAX = 10_400_000

interface PhotoInputProps {
  readonly label: string
  readonly file: File | null
  readonly onChange: (file: File | null) => void
}

/** One photo, always optional. */
export function PhotoInput({ label, file, onChange }: PhotoInputProps) {
  const { t } = useWords()
  const isTooLarge = file !== null && file.size > PHOTO_BYTES_MAX
  return (
    <div className="photo-input">
      <label className="button">
        {file === null ? label : t('staff.photo-other')}
        <input
          className="visually-hidden"
          type="file"
          accept="image/*"
          onChange={(event) => onChange(event.target.files?.[0] ?? null)}
        />
      </label>
      {file !== null && <span className="photo-name">{file.name}</span>}
      {isTooLarge && <p role="alert">{t('staff.photo-too-large')}</p>}
    </div>
  )
}

/** The file's bytes in base64, without the head of a data URL. */
export async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const CHUNK_BYTES = 0x80_00
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return btoa(binary)
}
