using System.Text;

namespace Microsoft.ML.Data;

/// <summary>One operation of libvips: properties are set, it is built, its output taken.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    // GLib's fundamental types are their number shifted by two.
    private const nuint IntType = 6 << 2;
    private const nuint StringType = 16 << 2;
    private nint handle;

    public VipsOperation(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = name)
        {
            handle = Vips.NewOperation(pointer);
        }

        if (handle == 0)
        {
            throw new InvalidOperationException($"libvips has no operation {Encoding.UTF8.GetString(name)}: {Vips.TakeError()}");
        }
    }

    public VipsOperation Set(ReadOnlySpan<byte> property, nint image)
    {
        Vips.GValue value = default;
        Vips.InitValue(&value, Vips.ImageType());
        Vips.SetObject(&value, image);
        return SetAndUnset(property, &value);
    }

    public VipsOperation SetText(ReadOnlySpan<byte> property, string text)
    {
        Vips.GValue value = default;
        Vips.InitValue(&value, StringType);
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text + '\0'))
        {
            Vips.SetString(&value, bytes);
        }

        return SetAndUnset(property, &value);
    }

    public VipsOperation SetInt(ReadOnlySpan<byte> property, int number)
    {
        Vips.GValue value = default;
        Vips.InitValue(&value, IntType);
        Vips.SetInt(&value, number);
        return SetAndUnset(property, &value);
    }

    public VipsOperation SetEnum(ReadOnlySpan<byte> property, nuint type, int number)
    {
        Vips.GValue value = default;
        Vips.InitValue(&value, type);
        Vips.SetEnum(&value, number);
        return SetAndUnset(property, &value);
    }

    /// <summary>Sets a property to a copy of bytes, which libvips frees.</summary>
    public VipsOperation SetBytes(ReadOnlySpan<byte> property, ReadOnlySpan<byte> bytes)
    {
        var copy = Vips.Allocate((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        Vips.GValue value = default;
        Vips.InitValue(&value, Vips.BlobType());
        Vips.SetBlob(&value, copy, (nuint)bytes.Length);
        return SetAndUnset(property, &value);
    }

    /// <summary>Runs it; false when libvips refuses.</summary>
    public bool Build()
    {
        var built = Vips.Build(handle);
        if (built == 0)
        {
            return false;
        }

        Vips.Unref(handle);
        handle = built;
        return true;
    }

    /// <summary>The output image; the caller drops its reference.</summary>
    public nint Output()
    {
        Vips.GValue value = default;
        Vips.InitValue(&value, Vips.ImageType());
        fixed (byte* name = "out\0"u8)
        {
            Vips.GetProperty(handle, name, &value);
        }

        var image = Vips.DuplicateObject(&value);
        Vips.UnsetValue(&value);
        return image;
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            Vips.UnrefOutputs(handle);
            Vips.Unref(handle);
            handle = 0;
        }
    }

    private VipsOperation SetAndUnset(ReadOnlySpan<byte> property, Vips.GValue* value)
    {
        fixed (byte* name = property)
        {
            Vips.SetProperty(handle, name, value);
        }

        Vips.UnsetValue(value);
        return this;
    }
}
