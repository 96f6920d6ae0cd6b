from .test_keyboard import FOCUS
from .signs import link
def test_debug(seat):
    page = seat("pol.duty", "/incidents/new/", viewport={"width": 390, "height": 800}).page
    link(page, "live")
    for i in range(45):
        page.keyboard.press("Tab")
        f = page.evaluate(FOCUS)
        if f and not f["seen"]:
            print(f["name"][:80], page.evaluate("""() => { const h=document.activeElement; const a=h.matches('input[type=radio], input[type=checkbox]')
    ? h.closest('label') ?? h : h; const b=a.getBoundingClientRect(); 
  const x = Math.min(innerWidth - 2, Math.max(1, b.left + Math.min(b.width / 2, 40)));
  const y = Math.min(innerHeight - 2, Math.max(1, b.top + Math.min(b.height / 2, 12)));
  const hit=document.elementFromPoint(x,y); return [b.top,b.bottom, x,y,hit && hit.outerHTML.slice(0,120), scrollY]; }"""))
            page.screenshot(path=f"/tmp/jplug/focus{i}.png")
    page.goto("/incidents/")
    page.focus("#f-until")
    for i in range(6):
        print(page.evaluate("(() => { const s=getComputedStyle(document.activeElement); return [document.activeElement.id, document.activeElement.matches(':focus-visible'), document.activeElement.matches(':focus'), s.outlineStyle, s.outlineWidth]; })()"))
        page.keyboard.press("Tab")
    assert 0
