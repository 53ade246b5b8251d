/* python.exe / pythonw.exe for a CPython whose DLL was shipped without them: load it and hand over to Py_Main. */
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>

typedef int(__cdecl *py_main_t)(int, wchar_t **);

static int hand_over(int argc, wchar_t **argv)
{
    HMODULE dll = LoadLibraryW(PYTHON_DLL);
    if (!dll) {
        fprintf(stderr, "the Python DLL cannot be loaded: error %lu\n", GetLastError());
        return 101;
    }
    py_main_t py_main = (py_main_t)(void *)GetProcAddress(dll, "Py_Main");
    return py_main ? py_main(argc, argv) : 102;
}

#ifdef WINDOWLESS
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    int argc;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    return hand_over(argc, argv);
}
#else
int wmain(int argc, wchar_t **argv) { return hand_over(argc, argv); }
#endif
