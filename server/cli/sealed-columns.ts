import type { IndexedColumn, SealedColumn } from '#platform/rekey.ts'

/** Every column that holds sealed fields; a test compares it with the schema. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'person', column: 'phone_cipher', ids: ['id'] },
  { table: 'person', column: 'id_number_cipher', ids: ['id'] },
  { table: 'person', column: 'birth_date_cipher', ids: ['id'] },
  { table: 'person_link', column: 'to_phone_cipher', ids: ['id'] },
  { table: 'staff_phone', column: 'phone_cipher', ids: ['id'] },
  { table: 'volunteer', column: 'emergency_cipher', ids: ['person_id'] },
  { table: 'volunteer_licence', column: 'proof_number_cipher', ids: ['id'] },
  { table: 'staff_account', column: 'totp_cipher', ids: ['person_id'] },
  { table: 'message', column: 'to_cipher', ids: ['id'] },
  { table: 'message', column: 'params_cipher', ids: ['id'] },
  { table: 'service_order', column: 'contact_phone_cipher', ids: ['id'] },
  { table: 'service_order', column: 'call_back_phone_cipher', ids: ['id'] },
  { table: 'service_order', column: 'address_cipher', ids: ['id'] },
  { table: 'service_order', column: 'provider_contact_phone_cipher', ids: ['id'] },
  { table: 'volunteer_invitation', column: 'phone_cipher', ids: ['id'] },
  { table: 'volunteer_invitation', column: 'facts_cipher', ids: ['id'] },
  { table: 'certificate', column: 'id_number_cipher', ids: ['id'] },
  { table: 'certificate', column: 'code_cipher', ids: ['id'] },
  { table: 'idempotency', column: 'body', ids: ['actor_key', 'client_id'], isJson: true },
]

/** Every index over the text of such a column, under the name by which it is looked up. */
export const INDEXED_COLUMNS: readonly IndexedColumn[] = [
  {
    table: 'volunteer_invitation',
    column: 'phone_cipher',
    ids: ['id'],
    index: 'phone_index',
    indexName: 'person.phone_index',
  },
  { table: 'person', column: 'phone_cipher', ids: ['id'], index: 'phone_index', indexName: 'person.phone_index' },
  {
    table: 'person',
    column: 'id_number_cipher',
    ids: ['id'],
    index: 'id_number_index',
    indexName: 'person.id_number_index',
  },
  {
    table: 'person_link',
    column: 'to_phone_cipher',
    ids: ['id'],
    index: 'to_phone_index',
    indexName: 'person.phone_index',
  },
  { table: 'staff_phone', column: 'phone_cipher', ids: ['id'], index: 'phone_index', indexName: 'person.phone_index' },
  {
    table: 'service_order',
    column: 'contact_phone_cipher',
    ids: ['id'],
    index: 'contact_phone_index',
    indexName: 'person.phone_index',
  },
]
