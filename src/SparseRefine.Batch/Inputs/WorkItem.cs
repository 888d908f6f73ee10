namespace SparseRefine.Batch;

/// <summary>A photo to score.</summary>
/// <param name="Id">Its id, with forward slashes.</param>
/// <param name="Path">Its file.</param>
/// <param name="Problem">Why it fails before it is read; null for what is to be scored.</param>
/// <param name="Reason">What kind of failure that is.</param>
/// <param name="IsAlone">Whether no other photo is in work beside it.</param>
internal readonly record struct WorkItem(
    string Id, string Path, string? Problem = null, FailureReason Reason = FailureReason.Refused, bool IsAlone = false)
{
    /// <summary>Writes it to a file of this process; whether it is alone is not kept.</summary>
    /// <param name="writer">The file.</param>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Id);
        writer.Write(Path);
        writer.Write(Problem ?? string.Empty);
        writer.Write((byte)Reason);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">The file.</param>
    public static WorkItem Read(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadString() is { Length: > 0 } problem ? problem : null, (FailureReason)reader.ReadByte());
}
