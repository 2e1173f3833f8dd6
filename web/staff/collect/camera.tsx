import { useEffect, useRef, useState } from 'react'
import { useWords } from '../locale.tsx'

const LOOK_MILLISECONDS = 150

type Reader = (video: HTMLVideoElement) => Promise<string | null>

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector

/** The browser's own reader where it has one, else one that is part of this page. */
export async function openReader(): Promise<Reader> {
  const own = (globalThis as { readonly BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (own !== undefined) {
    const detector = new own({ formats: ['qr_code'] })
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null
  }
  const { default: read } = await import('jsqr')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return (video) => {
    const [width, height] = [video.videoWidth, video.videoHeight]
    if (context === null || width === 0) return Promise.resolve(null)
    canvas.width = width
    canvas.height = height
    context.drawImage(video, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    return Promise.resolve(read(data, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null)
  }
}

interface CameraProps {
  /** Called for every pass that is seen, again and again while it is held before the camera. */
  readonly onSeen: (text: string) => void
  readonly onClose: () => void
}

/** Reads passes one after the other until it is closed. */
export function Camera({ onSeen, onClose }: CameraProps) {
  const { t } = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  const seen = useRef(onSeen)
  seen.current = onSeen
  useEffect(() => {
    let stream: MediaStream | undefined
    let isOpen = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (read: Reader) => {
      const text = video.current === null ? null : await read(video.current).catch(() => null)
      if (!isOpen) return
      if (text !== null && text !== '') seen.current(text)
      timer = setTimeout(() => void look(read), LOOK_MILLISECONDS)
    }
    const open = async () => {
      try {
        const [read, opened] = await Promise.all([
          openReader(),
          navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }),
        ])
        stream = opened
        if (!isOpen || video.current === null) return stop(opened)
        video.current.srcObject = opened
        await video.current.play()
        await look(read)
      } catch {
        if (isOpen) setFailed(true)
      }
    }
    void open()
    return () => {
      isOpen = false
      clearTimeout(timer)
      if (stream !== undefined) stop(stream)
    }
  }, [])
  return (
    <div className="collect-camera">
      {failed ? (
        <p role="alert">{t('staff-collect.camera-failed')}</p>
      ) : (
        <video ref={video} muted playsInline aria-label={t('staff-collect.camera')} />
      )}
      <button type="button" className="collect-button" onClick={onClose}>
        {t('staff-collect.camera-close')}
      </button>
    </div>
  )
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
