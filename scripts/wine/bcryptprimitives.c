// Wine 8 has no bcryptprimitives.dll, which Go's runtime takes its random
// numbers from. RtlGenRandom is what Wine has instead.
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	return SystemFunction036(data, (ULONG)size);
}
