import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskAddress, maskIdNumber, maskName, maskPhone } from './masking.ts'

describe('maskPhone', () => {
  test.each([
    ['13812341234', '138****1234'],
    ['138 1234 1234', '138****1234'],
    ['138-1234-1234', '138****1234'],
    ['+86 13812341234', '138****1234'],
    ['008613812341234', '138****1234'],
    ['１３８１２３４１２３４', '138****1234'],
    ['010-69101234', '010-****1234'],
    ['01069101234', '010-****1234'],
    ['(010) 6910-1234', '010-****1234'],
    ['0313-6910123', '0313-****0123'],
    ['010-69101234-8001', '010-****1234'],
    ['010-69101234转8001', '010-****1234'],
    ['69101234', '****1234'],
    ['+852 9123 4567', '****67'],
    ['12345', '****5'],
    ['110', '****'],
    ['找张三', '****'],
    ['', ''],
  ])('%s is shown as %s', (phone, shown) => {
    expect(maskPhone(phone)).toBe(shown)
  })

  test('no more than eight digits (of an area code and number) are ever shown, and never the whole number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+(]?[0-9)\s-]{0,20}$/u), (phone) => {
        const shown = maskPhone(phone)
        const digits = phone.replace(/\D/gu, '')
        expect(shown.replace(/\D/gu, '').length).toBeLessThanOrEqual(8)
        if (digits !== '') expect(shown.replace(/\D/gu, '').length).toBeLessThan(digits.length)
      }),
    )
  })
})

describe('maskIdNumber', () => {
  test.each([
    ['110229199001011234', '1****************4'],
    ['11022919900101123X', '1****************X'],
    ['110229900101123', '1*************3'],
    ['E12345678', 'E*******8'],
    ['12345', '*****'],
    ['', ''],
  ])('%s is shown as %s', (idNumber, shown) => {
    expect(maskIdNumber(idNumber)).toBe(shown)
  })
})

describe('maskName', () => {
  test.each([
    ['张三', '张*'],
    ['张小三', '张**'],
    ['张 三', '张*'],
    ['欧阳娜娜', '欧阳**'],
    ['欧阳峰', '欧阳*'],
    ['欧阳', '欧*'],
    ['司马光', '司马*'],
    ['诸葛孔明', '诸葛**'],
    ['张', '*'],
    ['𠮷田', '𠮷*'],
    ['𪚥𪚥𪚥', '𪚥**'],
    ['葛\u{E0100}城', '葛\u{E0100}*'],
    ['阿依古丽·买买提', '阿***·***'],
    ['John Smith', 'J*** S***'],
    ['Li', 'L***'],
    ['J Smith', '* S***'],
    ['E\u0301lodie', 'E\u0301***'],
    ['محمد علي', 'م*** ع***'],
    ['👩🏽‍🌾农', '👩🏽‍🌾***'],
    ['  ', ''],
    ['', ''],
  ])('%s is shown as %s', (name, shown) => {
    expect(maskName(name)).toBe(shown)
    // What was stored masked is shown as it is.
    expect(maskName(shown)).toBe(shown)
  })
})

describe('maskAddress', () => {
  test.each([
    ['北京市延庆区张山营镇后黑龙庙村12号', '北京市延庆区张山营镇后黑龙庙村****'],
    ['延庆区张山营镇后黑龙庙村', '延庆区张山营镇后黑龙庙村'],
    ['延庆区旧县镇旧县村三街7号', '延庆区旧县镇旧县村****'],
    ['旧县镇旧县村三街7号', '旧县镇旧县村****'],
    ['延庆区八达岭镇营城子村 5 排', '延庆区八达岭镇营城子村****'],
    ['延庆区百泉街道颖泽洲社区3号楼2单元501室', '延庆区百泉街道颖泽洲社区****'],
    ['延庆区儒林街道康安小区12号楼3单元501室', '延庆区儒林街道****'],
    ['延庆区张山营镇建设路12号村委会旁', '延庆区张山营镇****'],
    ['延庆区张山营镇建设路十二号院后黑龙庙村', '延庆区张山营镇****'],
    ['延庆区东外大街70号', '延庆区****'],
    ['海淀区中关村街道科馨社区8号', '海淀区中关村街道科馨社区****'],
    ['12 Baker Street', '****'],
    ['张三家在康安小区门口', '****'],
    ['3号楼501', '****'],
    ['', ''],
  ])('%s is shown as %s', (address, shown) => {
    expect(maskAddress(address)).toBe(shown)
  })

  test('a variation selector behind the village stays with its character', () => {
    expect(maskAddress('延庆区张山营镇后黑龙庙村\u{E0100}12号')).toBe('延庆区张山营镇后黑龙庙村\u{E0100}****')
  })
})

test('no mask of any text splits a surrogate pair or leaves a grapheme cluster cut', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, fc.constantFrom('村', '区', '镇', '·', ' ', '张'), text, (before, sign, after) => {
      const whole = `${before}${sign}${after}`
      for (const mask of [maskPhone, maskIdNumber, maskName, maskAddress]) expect(mask(whole).isWellFormed()).toBe(true)
    }),
  )
})

test('what a name, number or address hides is not in what is shown', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{2,3}$/u), fc.stringMatching(/^[1-9]\d{16}[\dX]$/u), (door, idNumber) => {
      expect(maskAddress(`延庆区张山营镇后黑龙庙村${door}号`)).not.toContain(door)
      expect(maskIdNumber(idNumber)).not.toContain(idNumber.slice(1, 17))
    }),
  )
})
