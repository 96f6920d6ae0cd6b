// A link to the standard phrases takes along what is chosen in its form: data-carry names the fields,
// as "name" or as "name there=name here". Nothing that is typed goes into an address.
document.addEventListener('click', event => {
  const link = event.target.closest('a[data-carry]');
  if (!link) return;
  const form = link.closest('form') ?? link.closest('.card')?.querySelector('form');
  if (!form) return;
  const chosen = new FormData(form);
  const address = new URL(link.href);
  address.search = '';
  for (const pair of link.dataset.carry.split(' ')) {
    const [there, here = there] = pair.split('=');
    for (const value of chosen.getAll(here)) address.searchParams.append(there, String(value));
  }
  link.href = address.href;
});
