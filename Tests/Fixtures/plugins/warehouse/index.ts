import { BigQuery, Table } from '@google-cloud/bigquery'
import { Pool } from 'pg'
import * as AWS from 'aws-sdk'

export async function setupPlugin({ global, attachments, config }: any) {
    global.client = new BigQuery({ projectId: config.project })
    global.table = global.client.dataset('events').table('raw') as Table
    global.s3 = new AWS.S3({ accessKeyId: config.key })
}

export async function exportEvents(events: any[], { global, config }: any) {
    await global.table.insert(events.map((event) => ({ insertId: event.uuid, json: { event: event.event } })))
    await global.s3.upload({ Bucket: 'b', Key: 'k', Body: JSON.stringify(events.length) }).promise()
    const pool = new Pool({ connectionString: config.database })
    await pool.query('INSERT INTO seen VALUES ($1)', [events.length])
    await pool.end()
    console.log('exported', events.length)
}
