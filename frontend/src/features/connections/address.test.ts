import { describe, expect, it } from 'vitest'
import { checkAddress, completeAddress, openHosts } from './address'

describe('an address', () => {
  it.each([
    ['gateway.example.com', 'https://gateway.example.com'],
    [' gateway.example.com/core ', 'https://gateway.example.com/core'],
    ['gateway.example.com:8443', 'https://gateway.example.com:8443'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['10.1.2.3', 'http://10.1.2.3'],
    ['172.20.0.4', 'http://172.20.0.4'],
    ['172.32.0.4', 'https://172.32.0.4'],
    ['192.168.1.9:80', 'http://192.168.1.9:80'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['[2001:db8::1]', 'https://[2001:db8::1]'],
    ['conduit', 'http://conduit'],
    ['conduit.lan', 'http://conduit.lan'],
    ['https://localhost', 'https://localhost'],
    ['ftp://x', 'ftp://x'],
    ['', ''],
  ])('%s becomes %s', (typed, whole) => expect(completeAddress(typed)).toBe(whole))

  it.each([
    ['gateway.example.com', null],
    ['not an address', 'Enter an address, such as https://gateway.example.com'],
    ['ftp://gateway.example.com', 'The address begins with https:// or http://'],
    [
      'https://me:secret@gateway.example.com',
      'Leave out what is before the “@”: keys go into fields of their own, not into the address.',
    ],
    ['127.0.0.1:5702/?a=1', 'Leave out everything from “?” on.'],
    ['https://gateway.example.com/?', 'Leave out everything from “?” on.'],
    ['https://gateway.example.com/#a', 'Leave out everything from “#” on.'],
    ['file:///etc/passwd', 'The address begins with https:// or http://'],
    ['http://127.0.', 'Enter an address, such as https://gateway.example.com'],
    ['http://127', 'Enter an address, such as https://gateway.example.com'],
    ['10.0.1', 'Enter an address, such as https://gateway.example.com'],
    ['http://10.0.0.256:80', 'Enter an address, such as https://gateway.example.com'],
    ['http://127.0.0.1:80', null],
    ['http://[::1]:80', null],
    ['', 'Enter at least one address.'],
  ])('%s is checked', (typed, answer) => expect(checkAddress(typed, true)).toBe(answer))

  it('asks only where keys would pass in the open', () => {
    expect(openHosts('http://gateway.example.com', 'http://gateway.example.com/admin')).toEqual([
      'gateway.example.com',
    ])
    expect(openHosts('http://localhost:1', 'https://gateway.example.com', 'gateway.example.com', '')).toEqual(
      [],
    )
    expect(openHosts('http://203.0.113.9:5000')).toEqual(['203.0.113.9:5000'])
  })
})
