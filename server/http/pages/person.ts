import type { FormState } from '#contract/pages.ts'
import { dayParts, type MyVolunteer } from '#contract/pages-account.ts'
import { clientIdOf, type Labels, listIn, neededIn, newForm, orNull, textIn, type Values } from './forms.ts'
import { get, paramOf, post, queryOf, submit } from './page-route.ts'
import type { Visit } from './visit.ts'

/** A person's own account: the volunteer's profile, the document, consents. */
export const personPages = [
  get('/me/profile', (visit) => profile(visit)),
  post('/me/profile', saveProfile),
  post('/me/licences', addLicence),
  post('/me/licences/:id/remove', removeLicence),
  get('/me/identity', (visit) => identity(visit)),
  post('/me/identity', saveIdentity),
  get('/me/consents', (visit) => consents(visit)),
  post('/me/consents/:act', changeConsent),
]

const PROFILE_LABELS = {
  skills: ['skills', 'account.profile.skills'],
  serviceKinds: ['serviceKinds', 'account.profile.kinds'],
  freeTimes: ['freeTimes', 'account.profile.free'],
  languages: ['languages', 'account.profile.languages'],
  beijingNumber: ['beijingNumber', 'account.profile.beijing-number'],
  nationalNumber: ['nationalNumber', 'account.profile.national-number'],
  politicalCode: ['politicalCode', 'account.profile.political'],
  occupation: ['occupation', 'account.profile.occupation'],
  'emergency.name': ['emergencyName', 'account.profile.emergency-name'],
  'emergency.relation': ['emergencyRelation', 'account.profile.emergency-relation'],
  'emergency.phone': ['emergencyPhone', 'account.profile.emergency-phone'],
} as const satisfies Labels
const LICENCE_LABELS = {
  kind: ['kind', 'account.licence.kind'],
  issuer: ['issuer', 'account.licence.issuer'],
  proofNumber: ['proofNumber', 'account.licence.number'],
  validUntil: ['validUntil', 'account.licence.until'],
} as const satisfies Labels
const IDENTITY_LABELS = {
  name: ['name', 'account.identity.name'],
  documentKind: ['documentKind', 'account.identity.kind'],
  documentNumber: ['documentNumber', 'account.identity.number'],
  birthDate: ['birthDate', 'account.identity.birth-date'],
  sex: ['sex', 'account.identity.sex'],
} as const satisfies Labels
const NO_FIELDS: Labels = {}

/** Hours of the parts of a day; between them lie noon and the evening meal. */
const PART_HOURS = { morning: ['08:00', '12:00'], afternoon: ['13:00', '18:00'], evening: ['18:00', '21:00'] } as const

async function profile(visit: Visit, again: { form?: FormState; licence?: FormState } = {}, status = 200) {
  const [volunteer, categories] = await Promise.all([visit.call('readMyVolunteer'), visit.call('listCategories')])
  const form = again.form ?? newForm(profileValues(volunteer))
  const done = queryOf(visit, 'done') === 'saved' ? 'saved' : null
  const props = { form, licenceForm: again.licence ?? newForm(), volunteer, categories: categories.rows, done } as const
  return visit.render('my-profile', props, status)
}

function profileValues(volunteer: MyVolunteer): Record<string, string | string[]> {
  const { emergency } = volunteer
  return {
    skills: volunteer.skills.join('\n'),
    serviceKinds: volunteer.serviceKinds,
    freeTimes: volunteer.freeTimes.map(({ weekday, from }) => `${weekday}-${partOf(from)}`),
    languages: volunteer.languages.join('\n'),
    beijingNumber: volunteer.beijingNumber ?? '',
    nationalNumber: volunteer.nationalNumber ?? '',
    politicalCode: volunteer.politicalCode ?? '',
    occupation: volunteer.occupation ?? '',
    emergencyName: emergency?.name ?? '',
    emergencyRelation: emergency?.relation ?? '',
  }
}

const partOf = (from: string) => dayParts.findLast((part) => PART_HOURS[part][0] <= from) ?? 'morning'

async function saveProfile(visit: Visit) {
  return submit(
    visit,
    PROFILE_LABELS,
    async (values) => {
      const { isVolunteer } = await visit.call('readMyVolunteer')
      const body = profileBody(values)
      const clientId = clientIdOf(values)
      // Two writes: the first, which repeated changes nothing, makes the volunteer whose profile the second one fills.
      if (!isVolunteer) {
        await visit.call('registerVolunteer', {
          body: { skills: body.skills, consent: textIn(values, 'consent') === 'yes' || undefined },
          clientId: sisterId(clientId),
        })
      }
      await visit.call('updateMyVolunteer', { body, clientId })
      return visit.redirect('/me/profile?done=saved')
    },
    (form, status) => profile(visit, { form }, status),
  )
}

/** Another id that follows from a form's own, so that a retry of both writes has one effect. */
function sisterId(clientId: string): string {
  return clientId.slice(0, -1) + (Number.parseInt(clientId.slice(-1), 16) ^ 1).toString(16)
}

function profileBody(values: Values) {
  const phone = neededIn(values, 'emergencyPhone')
  const emergencyName = neededIn(values, 'emergencyName')
  return {
    skills: listOf(textIn(values, 'skills')),
    serviceKinds: listIn(values, 'serviceKinds'),
    freeTimes: listIn(values, 'freeTimes').flatMap((box) => {
      const [weekday, part] = box.split('-')
      const hours = PART_HOURS[part as 'morning']
      return hours === undefined ? [] : [{ weekday: Number(weekday), from: hours[0], until: hours[1] }]
    }),
    languages: listOf(textIn(values, 'languages')),
    beijingNumber: orNull(values, 'beijingNumber'),
    nationalNumber: orNull(values, 'nationalNumber'),
    politicalCode: orNull(values, 'politicalCode'),
    occupation: orNull(values, 'occupation'),
    // The phone is not shown again, so an empty field keeps the contact; an empty name removes it.
    ...(emergencyName === undefined && phone === undefined && { emergency: null }),
    ...(phone !== undefined && {
      emergency: { name: emergencyName, relation: neededIn(values, 'emergencyRelation'), phone },
    }),
  }
}

/** One in a line, or with commas between them, as people write lists. */
function listOf(text: string): string[] {
  const parts = text.split(/[\n,;\u3001\uff0c\uff1b]/u).map((part) => part.trim())
  return [...new Set(parts.filter((part) => part !== ''))]
}

async function addLicence(visit: Visit) {
  return submit(
    visit,
    LICENCE_LABELS,
    async (values) => {
      const body = {
        kind: neededIn(values, 'kind'),
        issuer: neededIn(values, 'issuer'),
        proofNumber: neededIn(values, 'proofNumber'),
        validUntil: orNull(values, 'validUntil'),
      }
      await visit.call('addLicence', { body, clientId: clientIdOf(values) })
      return visit.redirect('/me/profile?done=saved#licences')
    },
    (licence, status) => profile(visit, { licence }, status),
  )
}

async function removeLicence(visit: Visit) {
  return submit(
    visit,
    NO_FIELDS,
    async (values) => {
      await visit.call('removeLicence', { params: { id: paramOf(visit, 'id') }, clientId: clientIdOf(values) })
      return visit.redirect('/me/profile?done=saved#licences')
    },
    (licence, status) => profile(visit, { licence }, status),
  )
}

async function identity(visit: Visit, again?: FormState, status = 200) {
  const known = await visit.call('readMyIdentity')
  const form =
    again ??
    newForm({
      name: known.name ?? '',
      documentKind: known.documentKind ?? 'resident-id',
      birthDate: known.birthDate ?? '',
      sex: known.sex ?? '',
    })
  const done = queryOf(visit, 'done') === 'saved' ? 'saved' : null
  return visit.render('my-identity', { form, identity: known, done }, status)
}

async function saveIdentity(visit: Visit) {
  return submit(
    visit,
    IDENTITY_LABELS,
    async (values) => {
      const body = {
        name: neededIn(values, 'name'),
        documentKind: textIn(values, 'documentKind'),
        documentNumber: neededIn(values, 'documentNumber'),
        birthDate: orNull(values, 'birthDate'),
        sex: orNull(values, 'sex'),
      }
      await visit.call('saveMyIdentity', { body, clientId: clientIdOf(values) })
      return visit.redirect('/me/identity?done=saved')
    },
    (form, status) => identity(visit, form, status),
  )
}

async function consents(visit: Visit, form: FormState = newForm(), status = 200) {
  const done = queryOf(visit, 'done') === 'saved' ? 'saved' : null
  return visit.render('my-consents', { ...(await visit.call('listMyConsents')), form, done }, status)
}

async function changeConsent(visit: Visit) {
  return submit(
    visit,
    NO_FIELDS,
    async (values) => {
      const purpose = textIn(values, 'purpose')
      const clientId = clientIdOf(values)
      if (paramOf(visit, 'act') === 'give') {
        const body = { purpose, wordingVersion: textIn(values, 'wordingVersion') }
        await visit.call('giveConsent', { body, clientId })
      } else await visit.call('withdrawConsent', { body: { purpose }, clientId })
      return visit.redirect('/me/consents?done=saved')
    },
    (form, status) => consents(visit, form, status),
  )
}
