using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>The few functions of libvips' C API that pictures need. None of them is variadic. Loaded on first use.</summary>
internal static unsafe class Vips
{
    private static readonly nint Library = Open();

    public static readonly delegate* unmanaged<void*, nuint, byte*> FindLoadBuffer
        = (delegate* unmanaged<void*, nuint, byte*>)Export("vips_foreign_find_load_buffer");

    public static readonly delegate* unmanaged<byte*, byte*> FindSave = (delegate* unmanaged<byte*, byte*>)Export("vips_foreign_find_save");

    public static readonly delegate* unmanaged<byte*, nint> NewOperation = (delegate* unmanaged<byte*, nint>)Export("vips_operation_new");

    public static readonly delegate* unmanaged<nint, nint> Build = (delegate* unmanaged<nint, nint>)Export("vips_cache_operation_build");

    public static readonly delegate* unmanaged<nint, void> UnrefOutputs = (delegate* unmanaged<nint, void>)Export("vips_object_unref_outputs");

    public static readonly delegate* unmanaged<nint, void> Unref = (delegate* unmanaged<nint, void>)Export("g_object_unref");

    public static readonly delegate* unmanaged<void*, void> Free = (delegate* unmanaged<void*, void>)Export("g_free");

    public static readonly delegate* unmanaged<nint, byte*, GValue*, void> SetProperty
        = (delegate* unmanaged<nint, byte*, GValue*, void>)Export("g_object_set_property");

    public static readonly delegate* unmanaged<nint, byte*, GValue*, void> GetProperty
        = (delegate* unmanaged<nint, byte*, GValue*, void>)Export("g_object_get_property");

    public static readonly delegate* unmanaged<GValue*, nuint, GValue*> InitValue = (delegate* unmanaged<GValue*, nuint, GValue*>)Export("g_value_init");

    public static readonly delegate* unmanaged<GValue*, void> UnsetValue = (delegate* unmanaged<GValue*, void>)Export("g_value_unset");

    public static readonly delegate* unmanaged<GValue*, nint, void> SetObject = (delegate* unmanaged<GValue*, nint, void>)Export("g_value_set_object");

    public static readonly delegate* unmanaged<GValue*, nint> DuplicateObject = (delegate* unmanaged<GValue*, nint>)Export("g_value_dup_object");

    public static readonly delegate* unmanaged<GValue*, byte*, void> SetString = (delegate* unmanaged<GValue*, byte*, void>)Export("g_value_set_string");

    public static readonly delegate* unmanaged<GValue*, int, void> SetInt = (delegate* unmanaged<GValue*, int, void>)Export("g_value_set_int");

    public static readonly delegate* unmanaged<GValue*, int, void> SetEnum = (delegate* unmanaged<GValue*, int, void>)Export("g_value_set_enum");

    public static readonly delegate* unmanaged<GValue*, void*, nuint, void> SetBlob
        = (delegate* unmanaged<GValue*, void*, nuint, void>)Export("vips_value_set_blob_free");

    public static readonly delegate* unmanaged<nuint> ImageType = (delegate* unmanaged<nuint>)Export("vips_image_get_type");

    public static readonly delegate* unmanaged<nuint> BlobType = (delegate* unmanaged<nuint>)Export("vips_blob_get_type");

    public static readonly delegate* unmanaged<nuint> InterpretationType = (delegate* unmanaged<nuint>)Export("vips_interpretation_get_type");

    public static readonly delegate* unmanaged<nuint> FailOnType = (delegate* unmanaged<nuint>)Export("vips_fail_on_get_type");

    public static readonly delegate* unmanaged<nint, int> Width = (delegate* unmanaged<nint, int>)Export("vips_image_get_width");

    public static readonly delegate* unmanaged<nint, int> Height = (delegate* unmanaged<nint, int>)Export("vips_image_get_height");

    public static readonly delegate* unmanaged<nint, int> Bands = (delegate* unmanaged<nint, int>)Export("vips_image_get_bands");

    public static readonly delegate* unmanaged<nint, int> Interpretation = (delegate* unmanaged<nint, int>)Export("vips_image_get_interpretation");

    public static readonly delegate* unmanaged<nint, int> BandFormat = (delegate* unmanaged<nint, int>)Export("vips_image_get_format");

    public static readonly delegate* unmanaged<nint, nuint*, byte*> WriteToMemory
        = (delegate* unmanaged<nint, nuint*, byte*>)Export("vips_image_write_to_memory");

    public static readonly delegate* unmanaged<void*, nuint, int, int, int, int, nint> NewFromMemory
        = (delegate* unmanaged<void*, nuint, int, int, int, int, nint>)Export("vips_image_new_from_memory");

    public static readonly delegate* unmanaged<nuint, void*> Allocate = (delegate* unmanaged<nuint, void*>)Export("g_malloc");

    private static readonly delegate* unmanaged<byte*> ErrorBuffer = (delegate* unmanaged<byte*>)Export("vips_error_buffer");

    private static readonly delegate* unmanaged<void> ClearError = (delegate* unmanaged<void>)Export("vips_error_clear");

    /// <summary>A GValue: a GType and two words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct GValue
    {
        public nuint Type;
        public ulong First;
        public ulong Second;
    }

    /// <summary>Takes libvips' messages, so that they do not pile up.</summary>
    public static string TakeError()
    {
        var text = Marshal.PtrToStringUTF8((nint)ErrorBuffer()) ?? string.Empty;
        ClearError();
        return string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static nint Open()
    {
        var library = NativeLibrary.Load("vips-cpp", typeof(Vips).Assembly, DllImportSearchPath.AssemblyDirectory);
        fixed (byte* name = "BuiltinML\0"u8)
        {
            if (((delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "vips_init"))(name) != 0)
            {
                throw new InvalidOperationException("libvips did not start");
            }
        }

        // The cache would keep whole pictures, and know buffers by an address that is used again for other pictures.
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "vips_cache_set_max"))(0);
        return library;
    }

    private static nint Export(string name) => NativeLibrary.GetExport(Library, name);
}
