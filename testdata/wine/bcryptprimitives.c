/*
 * bcryptprimitives.dll with the one function that every Go program asks of it.
 * Later versions of Wine have it; under Debian 12's, Go programs end at their
 * start without it. It hands on to RtlGenRandom, which is exported as
 * SystemFunction036 and has its length in 32 bits.
 */
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(PVOID data, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	while (size > 0) {
		ULONG part = size > 0x10000000 ? 0x10000000 : (ULONG)size;

		if (!SystemFunction036(data, part))
			return FALSE;
		data += part;
		size -= part;
	}
	return TRUE;
}
