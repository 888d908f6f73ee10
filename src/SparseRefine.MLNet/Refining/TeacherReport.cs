namespace SparseRefine.MLNet;

/// <summary>One photo's answer of the teacher, as a fit read it first.</summary>
/// <param name="Photo">What messages call the photo.</param>
/// <param name="IsKept">Whether the answer was found in the workspace; else the teacher ran.</param>
/// <param name="Bytes">Memory that the answer takes.</param>
/// <param name="Elapsed">How long it took to find or to make it.</param>
public sealed record TeacherReport(string Photo, bool IsKept, long Bytes, TimeSpan Elapsed);
