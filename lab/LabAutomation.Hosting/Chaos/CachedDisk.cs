using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LabAutomation.Hosting.Chaos;

/// <summary>
/// A way of SQLite to its files (sqlite.org/c3ref/vfs.html) that tells a <see cref="WriteCache"/> what happens to databases and their write-ahead logs. Everything else is the default way's; but to force
/// something out to the disk is left to the cache, and takes no time.
/// </summary>
internal sealed unsafe partial class CachedDisk : IDisposable
{
    private const string Library = "e_sqlite3";
    private const int Ok = 0;
    private const int SyncFailed = 1034;

    /// <summary>SQLITE_OPEN_MAIN_DB and SQLITE_OPEN_WAL.</summary>
    private const int Watched = 0x100 | 0x80000;

    private readonly OwnWay* _own;
    private GCHandle _cache;

    /// <exception cref="DllNotFoundException">SQLite is not there under the name that its package gives it.</exception>
    public CachedDisk(WriteCache cache)
    {
        _own = (OwnWay*)NativeMemory.AllocZeroed((nuint)sizeof(OwnWay));
        _cache = GCHandle.Alloc(cache);
        var real = Find(null);

        // One name for each that is open at a time.
        Name = $"lab-{(nint)_own:x}";
        *_own = new OwnWay { Way = *real, Real = real, Cache = GCHandle.ToIntPtr(_cache) };
        _own->Way.Next = null;
        _own->Way.Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        _own->Way.Open = &Open;
        _ = Register(&_own->Way, 0);
    }

    /// <summary>By which a connection asks for it.</summary>
    public string Name { get; }

    public void Dispose()
    {
        if (!_cache.IsAllocated) return;
        _ = Unregister(&_own->Way);

        // Whoever has a file open still calls it: then it stays.
        if (_own->Files > 0) return;
        _cache.Free();
        Marshal.FreeCoTaskMem((nint)_own->Way.Name);
        NativeMemory.Free(_own);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Way* way, byte* path, OpenFile* file, int flags, int* flagsOut)
    {
        var own = (OwnWay*)way;
        var result = own->Real->Open(own->Real, path, file, flags, flagsOut);
        if (result != Ok || (flags & Watched) == 0) return result;
        own->Files++;
        var watched = (WatchedMethods*)NativeMemory.AllocZeroed((nuint)sizeof(WatchedMethods));
        var name = Path.GetFileName(Marshal.PtrToStringUTF8((nint)path)!);
        *watched = new WatchedMethods { Methods = *file->Methods, Real = file->Methods, Own = own, Name = GCHandle.ToIntPtr(GCHandle.Alloc(name)) };
        watched->Methods.Close = &Close;
        watched->Methods.Write = &Write;
        watched->Methods.Truncate = &Truncate;
        watched->Methods.Sync = &Sync;
        file->Methods = &watched->Methods;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        var watched = (WatchedMethods*)file->Methods;
        var result = watched->Real->Close(file);
        watched->Own->Files--;
        GCHandle.FromIntPtr(watched->Name).Free();
        NativeMemory.Free(watched);
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, byte* bytes, int count, long offset)
    {
        Keep(file, offset, count, count);
        return Of(file)->Real->Write(file, bytes, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long length)
    {
        Keep(file, length, int.MaxValue, written: 0);
        return Of(file)->Real->Truncate(file, length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags) => CacheOf(file).Force(NameOf(file)) ? Ok : SyncFailed;

    /// <summary>What lies in the file where it is about to change.</summary>
    private static void Keep(OpenFile* file, long offset, int count, int written)
    {
        long length;
        if (Of(file)->Real->FileSize(file, &length) != Ok) return;
        var before = new byte[Math.Clamp(length - offset, 0, count)];
        fixed (byte* to = before)
        {
            if (before.Length > 0) _ = Of(file)->Real->Read(file, to, before.Length, offset);
        }

        CacheOf(file).Change(NameOf(file), length, offset, before, written);
    }

    private static WatchedMethods* Of(OpenFile* file) => (WatchedMethods*)file->Methods;

    private static WriteCache CacheOf(OpenFile* file) => (WriteCache)GCHandle.FromIntPtr(Of(file)->Own->Cache).Target!;

    private static string NameOf(OpenFile* file) => (string)GCHandle.FromIntPtr(Of(file)->Name).Target!;

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial Way* Find(byte* name);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Register(Way* way, int isDefault);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_unregister")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Unregister(Way* way);

    /// <summary>sqlite3_vfs, version 3.</summary>
    private struct Way
    {
        public int Version;
        public int FileSize;
        public int LongestPath;
        public Way* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Way*, byte*, OpenFile*, int, int*, int> Open;
        public Pointers15 Others;
    }

    private struct OwnWay
    {
        public Way Way;
        public Way* Real;
        public nint Cache;
        public int Files;
    }

    /// <summary>sqlite3_file; what the default way has behind it stays its own.</summary>
    private struct OpenFile
    {
        public FileMethods* Methods;
    }

    /// <summary>sqlite3_io_methods, version 3.</summary>
    private struct FileMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> FileSize;
        public Pointers12 Others;
    }

    private struct WatchedMethods
    {
        public FileMethods Methods;
        public FileMethods* Real;
        public OwnWay* Own;
        public nint Name;
    }

    [InlineArray(15)]
    private struct Pointers15
    {
        private nint _first;
    }

    [InlineArray(12)]
    private struct Pointers12
    {
        private nint _first;
    }
}
