import { createHash, createHmac } from 'crypto'
import * as zlib from 'zlib'

class Hasher {
    #salt: string
    constructor(private readonly algorithm: string, salt: string) {
        this.#salt = salt
    }
    hash(text: string): string {
        return createHash(this.algorithm).update(text + this.#salt).digest('hex')
    }
}

let hasher: Hasher

export default {
    async setupPlugin({ config }: any) {
        hasher = new Hasher('sha256', config.salt)
    },
    async processEvent(event: any) {
        for (const key of ['email', 'name']) {
            if (event.properties?.[key]) event.properties[key] = hasher.hash(event.properties[key])
        }
        event.properties.signature = createHmac('sha1', 'k').update(JSON.stringify(event.properties)).digest('base64')
        event.properties.packed = zlib.gunzipSync(zlib.gzipSync(Buffer.from('text'))).toString()
        return event
    },
}
