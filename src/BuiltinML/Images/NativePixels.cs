using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>Native memory of an image's pixels; freed when disposed, or when forgotten.</summary>
internal sealed unsafe class NativePixels : SafeHandle
{
    private readonly int length;

    public NativePixels(int length)
        : base(0, ownsHandle: true)
    {
        this.length = length;
        SetHandle((nint)NativeMemory.Alloc((nuint)length));
        GC.AddMemoryPressure(length);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The bytes; valid until disposed.</summary>
    public Span<byte> Bytes => new((void*)handle, length);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure(length);
        return true;
    }
}
